package dev.cdcpipeline.offset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which relation a table's rows are of. */
class LoadRelationsTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");
    private static final Map<TableName, Map<String, Set<String>>> FILLS =
            Map.of(A, Map.of("one", Set.of("x"), "two", Set.of("x")), B, Map.of("one", Set.of("y")));
    private static final Map<TableName, Long> SOURCE = Map.of(A, 16_400L, B, 4_294_967_295L);
    private static final Map<TableName, Long> RECREATED = Map.of(A, 16_500L, B, 4_294_967_295L);

    private static final LoadState FIRST =
            LoadState.none().wanting(FILLS, TableLoad.PENDING).from(SOURCE);
    private static final LoadState DONE = FIRST.advance(null, 1, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.EMPTY));

    @Test
    void it_is_kept_by_loads_and_read_back() {
        assertThat(DONE.relations()).isEqualTo(SOURCE);
        assertThat(LoadState.parse(DONE.toText())).isEqualTo(DONE);
        assertThat(DONE.beginning("b1", Set.of(A), "one").reloading().relations())
                .isEqualTo(SOURCE);
        assertThat(DONE.wanting(Map.of(B, FILLS.get(B)), TableLoad.PENDING).relations())
                .containsOnlyKeys(B);
    }

    @Test
    void a_text_without_it_is_read_as_one_that_does_not_know() {
        LoadState old = LoadState.parse("{\"step\":1,\"tables\":{\"public.a\":\"SUCCEEDED\"}}");

        assertThat(old.relations()).isEmpty();
        assertThat(old.recreated(SOURCE)).isEmpty();
    }

    @Test
    void only_tables_that_are_wanted_are_noted() {
        assertThat(LoadState.none().from(SOURCE)).isEqualTo(LoadState.none());
    }

    @Test
    void another_relation_of_the_same_name_is_a_table_that_was_created_again() {
        assertThat(DONE.recreated(SOURCE)).isEmpty();
        assertThat(DONE.recreated(RECREATED)).isEqualTo(Map.of(A, 16_500L));
        assertThat(DONE.recreated(Map.of())).as("one that is gone").isEmpty();
    }

    @Test
    void a_table_that_was_created_again_is_loaded_for_all_in_place_of_its_rows() {
        LoadState replacing = DONE.replacing(DONE.recreated(RECREATED));

        assertThat(replacing.unread()).containsExactly(A);
        assertThat(replacing.loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(replacing.loads(A, "two")).contains(LoadKind.REPLACE);
        assertThat(replacing.recreated(RECREATED)).isEmpty();
        assertThat(replacing.step()).isGreaterThan(DONE.step());
    }

    @Test
    void a_load_of_the_table_before_is_left_for_one_that_replaces() {
        LoadState running = FIRST.advance("in the middle of a", 1, Map.of());
        LoadState replacing = running.replacing(running.recreated(RECREATED));

        assertThat(replacing.progress()).isNull();
        assertThat(replacing.unread()).containsExactly(A, B);
        assertThat(replacing.loads(A, "one")).contains(LoadKind.REPLACE);
        assertThat(replacing.loads(B, "one")).contains(LoadKind.FILL);
    }

    @Test
    void it_is_needed_although_a_backfill_of_the_table_is_cancelled() {
        LoadState backfilling = DONE.beginning("b1", Set.of(A), "one");
        LoadState replacing =
                backfilling.replacing(backfilling.recreated(RECREATED)).leaving("b1", Set.of(A), "one");

        assertThat(replacing.loads(A, "one")).contains(LoadKind.REPLACE);
    }
}
