package dev.cdcpipeline.offset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** For which projections a table is loaded, and for whose sake. */
class LoadReadersTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");
    private static final Map<TableName, Map<String, Set<String>>> TWO_VIEWS =
            Map.of(A, Map.of("one", Set.of("x"), "two", Set.of("x")), B, Map.of("one", Set.of("y")));

    private static final LoadState FIRST = LoadState.none().wanting(TWO_VIEWS, TableLoad.PENDING);
    private static final LoadState DONE = FIRST.advance(null, 1, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.EMPTY));

    @Test
    void a_first_load_fills_every_projection() {
        assertThat(FIRST.loads(A, "one")).contains(LoadKind.FILL);
        assertThat(FIRST.loads(A, "two")).contains(LoadKind.FILL);
        assertThat(DONE.loads(A, "one")).isEmpty();
    }

    @Test
    void a_new_projection_of_a_loaded_table_is_filled_alone() {
        LoadState more = DONE.wanting(
                Map.of(A, Map.of("one", Set.of("x"), "new", Set.of("x")), B, TWO_VIEWS.get(B)), TableLoad.PENDING);

        assertThat(more.unread()).containsExactly(A);
        assertThat(more.loads(A, "new")).contains(LoadKind.FILL);
        assertThat(more.loads(A, "one")).isEmpty();
        assertThat(more.progress()).isNull();
        assertThat(more.advance(null, 2, Map.of(A, TableLoad.SUCCEEDED)).readers())
                .isEmpty();
    }

    @Test
    void a_wider_projection_is_filled_alone_and_a_narrower_one_is_not() {
        Map<String, Set<String>> wider = Map.of("one", Set.of("x"), "two", Set.of("x", "z"));
        LoadState more = DONE.wanting(Map.of(A, wider, B, TWO_VIEWS.get(B)), TableLoad.PENDING);

        assertThat(more.loads(A, "two")).contains(LoadKind.FILL);
        assertThat(more.loads(A, "one")).isEmpty();
        LoadState filled = more.advance(null, 2, Map.of(A, TableLoad.SUCCEEDED));
        assertThat(filled.wanting(TWO_VIEWS, TableLoad.PENDING).unread()).isEmpty();
    }

    @Test
    void a_table_is_loaded_again_for_the_projection_that_asks_and_the_place_stays() {
        LoadState again = DONE.reloading(A, "two");

        assertThat(again.unread()).containsExactly(A);
        assertThat(again.loads(A, "two")).contains(LoadKind.REPLACE);
        assertThat(again.loads(A, "one")).isEmpty();
        assertThat(again.step()).isEqualTo(DONE.step());
        assertThat(again.reloading(A, "two")).isEqualTo(again);
        assertThat(LoadState.parse(again.toText())).isEqualTo(again);
    }

    @Test
    void what_a_projection_asked_for_itself_can_be_left_and_nothing_else() {
        assertThat(DONE.reloading(A, "two").notReloading(Set.of(A)).unread()).isEmpty();
        assertThat(DONE.reloading(A, "two").notReloading(Set.of(B)).unread()).containsExactly(A);
        for (LoadState needed : List.of(FIRST, DONE.reloading(), DONE.beginning("b1", Set.of(A), "two"))) {
            LoadState left = needed.reloading(A, "two").notReloading(Set.of(A));
            assertThat(left.unread()).isEqualTo(needed.unread());
            assertThat(left.loads(A, "two")).isPresent();
        }
        assertThat(DONE.reloading(A, "two").reloading().notReloading(Set.of(A)).unread())
                .as("a gap came after it")
                .contains(A);
    }

    @Test
    void a_projection_that_asks_in_the_middle_of_a_load_does_not_end_it_for_others() {
        LoadState running = FIRST.advance("in the middle of a", 1, Map.of());
        LoadState asked = running.reloading(A, "two");

        assertThat(asked.progress()).isEqualTo("in the middle of a");
        assertThat(asked.loads(A, "one")).contains(LoadKind.FILL);
        assertThat(asked.loads(A, "two")).contains(LoadKind.REPLACE);
        assertThat(asked.advance(null, 2, Map.of(A, TableLoad.CATCHING_UP))
                        .reloading(A, "two")
                        .tables())
                .containsEntry(A, TableLoad.CATCHING_UP);
    }

    @Test
    void a_new_projection_during_the_first_load_begins_it_anew_for_all() {
        LoadState running = FIRST.advance("in the middle of a", 1, Map.of());
        LoadState more = running.wanting(
                Map.of(A, Map.of("one", Set.of("x"), "two", Set.of("x"), "new", Set.of("x")), B, TWO_VIEWS.get(B)),
                TableLoad.PENDING);

        assertThat(more.progress()).isNull();
        assertThat(List.of("one", "two", "new"))
                .allSatisfy(view -> assertThat(more.loads(A, view)).contains(LoadKind.FILL));
    }

    @Test
    void a_new_projection_that_is_not_to_be_loaded_does_not_end_a_load_that_runs() {
        LoadState backfilling = DONE.beginning("b1", List.of(A), "one").advance("in the middle", 2, Map.of());
        LoadState more = backfilling.wanting(
                Map.of(A, Map.of("one", Set.of("x"), "new", Set.of("x")), B, TWO_VIEWS.get(B)), TableLoad.SKIPPED);

        assertThat(more.progress()).isEqualTo("in the middle");
        assertThat(more.loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(more.loads(A, "new")).isEmpty();
    }

    @Test
    void a_load_ends_when_the_only_projection_it_is_for_is_taken_out() {
        LoadState backfilling = DONE.beginning("b1", List.of(A), "one");
        LoadState without =
                backfilling.wanting(Map.of(A, Map.of("two", Set.of("x")), B, TWO_VIEWS.get(B)), TableLoad.PENDING);

        assertThat(without.unread()).isEmpty();
        assertThat(without.readers()).isEmpty();
        assertThat(without.requests()).isEmpty();
    }

    @Test
    void a_backfill_replaces_the_rows_of_one_projection() {
        LoadState begun = DONE.beginning("b1", List.of(A, B), "one");

        assertThat(begun.backfills()).containsExactly("b1");
        assertThat(begun.unread()).containsExactly(A, B);
        assertThat(begun.loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(begun.loads(A, "two")).isEmpty();

        LoadState done = begun.advance(null, 5, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.SUCCEEDED))
                .without("b1");
        assertThat(done.backfills()).isEmpty();
        assertThat(done.readers()).isEmpty();
        assertThat(done.requests()).isEmpty();
    }

    @Test
    void a_backfill_that_was_begun_goes_on_when_it_is_begun_again() {
        LoadState running = DONE.beginning("b1", List.of(A), "one").advance("in the middle", 2, Map.of());

        assertThat(running.beginning("b1", List.of(A), "one")).isEqualTo(running);
    }

    @Test
    void a_backfill_of_a_table_that_the_target_does_not_want_loads_nothing() {
        TableName unknown = TableName.parse("unknown");

        assertThat(DONE.beginning("b1", List.of(unknown), "one").pending()).isEmpty();
    }

    @Test
    void a_backfill_that_is_left_leaves_nothing_to_load() {
        LoadState running = DONE.beginning("b1", List.of(A), "one").advance("in the middle", 2, Map.of());
        LoadState left = running.leaving("b1", List.of(A), "one");

        assertThat(left.pending()).isEmpty();
        assertThat(left.tables()).containsEntry(A, TableLoad.SKIPPED);
        assertThat(left.progress()).isNull();
        assertThat(left.backfills()).isEmpty();
    }

    @Test
    void a_backfill_that_is_left_does_not_end_what_others_need() {
        LoadState ofTwo = DONE.beginning("b1", List.of(A), "one").beginning("b2", List.of(A), "two");
        LoadState twice = DONE.beginning("b1", List.of(A), "one").beginning("b2", List.of(A), "one");
        LoadState afterGap = DONE.beginning("b1", List.of(A), "one").reloading();
        LoadState duringFirst = FIRST.beginning("b1", List.of(A), "one");

        LoadState other = ofTwo.leaving("b1", List.of(A), "one");
        assertThat(other.loads(A, "one")).isEmpty();
        assertThat(other.loads(A, "two")).contains(LoadKind.REPLACE);
        assertThat(twice.leaving("b1", List.of(A), "one").loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(twice.leaving("b1", List.of(A), "one")
                        .leaving("b2", List.of(A), "one")
                        .pending())
                .isEmpty();
        assertThat(afterGap.leaving("b1", List.of(A), "one").loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(duringFirst.leaving("b1", List.of(A), "one").loads(A, "one")).isPresent();
        assertThat(duringFirst.leaving("b1", List.of(A), "one").loads(A, "two")).contains(LoadKind.FILL);
    }

    @Test
    void a_backfill_that_is_left_after_it_has_ended_changes_no_table() {
        LoadState done = DONE.beginning("b1", List.of(A), "one").advance(null, 2, Map.of(A, TableLoad.SUCCEEDED));

        assertThat(done.leaving("b1", List.of(A), "one").tables()).isEqualTo(done.tables());
    }

    @Test
    void a_gap_replaces_the_rows_of_every_projection_and_can_be_told_from_the_state_before() {
        LoadState reloading = DONE.reloading();

        assertThat(reloading.unread()).containsExactly(A, B);
        assertThat(reloading.loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(reloading.loads(A, "two")).contains(LoadKind.REPLACE);
        assertThat(reloading.progress()).isNull();
        assertThat(reloading.reloading()).isNotEqualTo(reloading);
        assertThat(FIRST.advance("in the middle", 2, Map.of()).reloading().loads(A, "one"))
                .contains(LoadKind.REPLACE);
    }

    @Test
    void a_load_that_failed_is_repeated_for_those_it_was_begun_for() {
        LoadState running = DONE.beginning("b1", List.of(A), "one");
        LoadState ended = running.advance(null, 2, Map.of(A, TableLoad.SUCCEEDED));
        LoadState failed = ended.failed(List.of(A), running);

        assertThat(failed.unread()).containsExactly(A);
        assertThat(failed.loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(failed.loads(A, "two")).isEmpty();
        assertThat(failed.leaving("b1", List.of(A), "one").pending()).isEmpty();
    }

    @Test
    void its_text_is_read_back_with_readers_and_requests() {
        for (LoadState state : List.of(FIRST, DONE.beginning("b1", List.of(A), "one"), DONE.reloading())) {
            assertThat(LoadState.parse(state.toText())).isEqualTo(state);
        }
    }
}
