package dev.cdcpipeline.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LoadStateTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");

    private static LoadState state(String progress, long step, Map<TableName, TableLoad> tables) {
        return new LoadState(progress, step, new TreeMap<>(tables), new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
    }

    private static Map<TableName, Map<String, Set<String>>> fills(TableName table, Set<String> columns) {
        return Map.of(table, Map.of("view", columns));
    }

    @Test
    void its_text_is_read_back_as_it_was() {
        LoadState full = state("{\"k\":\"v \\\"q\\\" \\\\ €\"}", 12, Map.of(A, TableLoad.PENDING, B, TableLoad.EMPTY));

        assertThat(LoadState.parse(full.toText())).isEqualTo(full);
        assertThat(LoadState.parse(LoadState.none().toText())).isEqualTo(LoadState.none());
        assertThat(full.toText()).as("one line").doesNotContain("\n");
        for (TableLoad load : TableLoad.values()) {
            LoadState one = state(null, 1, Map.of(A, load));
            assertThat(LoadState.parse(one.toText())).isEqualTo(one);
        }
    }

    @Test
    void what_is_no_load_state_is_refused() {
        assertThatThrownBy(() -> LoadState.parse("{")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> LoadState.parse("{\"tables\":{\"public.a\":\"SOMEHOW\"}}"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tables_that_are_not_done_are_pending_in_order_and_wanted() {
        LoadState state = state(
                null,
                0,
                Map.of(
                        B,
                        TableLoad.FAILED,
                        A,
                        TableLoad.PENDING,
                        TableName.parse("c"),
                        TableLoad.SUCCEEDED,
                        TableName.parse("d"),
                        TableLoad.SKIPPED,
                        TableName.parse("e"),
                        TableLoad.EMPTY,
                        TableName.parse("f"),
                        TableLoad.CATCHING_UP));

        assertThat(state.unread()).containsExactly(A, B);
        assertThat(state.pending()).containsExactly(A, B, TableName.parse("f"));
        assertThat(state.wants(B)).isTrue();
        assertThat(state.wants(TableName.parse("c"))).isFalse();
        assertThat(state.wants(TableName.parse("unknown"))).isFalse();
    }

    @Test
    void a_table_that_is_known_keeps_its_result() {
        LoadState done = state("p", 3, Map.of(A, TableLoad.SUCCEEDED));

        assertThat(done.wanting(fills(A, Set.of("x")), TableLoad.PENDING).tables())
                .isEqualTo(done.tables());
    }

    @Test
    void a_table_of_which_more_is_filled_than_before_is_loaded_again_and_one_of_which_less_is_not() {
        LoadState done =
                state("p", 3, Map.of(A, TableLoad.SUCCEEDED)).wanting(fills(A, Set.of("x", "y")), TableLoad.PENDING);

        assertThat(done.unread()).isEmpty();
        assertThat(done.wanting(fills(A, Set.of("x")), TableLoad.PENDING).unread())
                .isEmpty();
        assertThat(done.wanting(Map.of(A, Map.of("view", Set.of("x", "y"), "other", Set.of("x"))), TableLoad.PENDING)
                        .unread())
                .containsExactly(A);
    }

    @Test
    void a_table_that_comes_back_after_it_was_not_wanted_is_loaded_again() {
        LoadState both = state(null, 3, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.SUCCEEDED));
        LoadState without = both.wanting(fills(A, Set.of()), TableLoad.PENDING);

        assertThat(without.tables()).containsOnlyKeys(A);
        assertThat(without.wanting(Map.of(A, Map.of("view", Set.of()), B, Map.of("view", Set.of())), TableLoad.PENDING)
                        .unread())
                .containsExactly(B);
    }

    @Test
    void what_is_filled_is_read_back() {
        LoadState state = LoadState.none().wanting(fills(A, Set.of("x", "y")), TableLoad.PENDING);

        assertThat(LoadState.parse(state.toText())).isEqualTo(state);
    }

    @Test
    void a_table_that_is_added_to_be_loaded_ends_the_part_in_the_running_load() {
        LoadState loading = state("in the middle of b", 3, Map.of(A, TableLoad.PENDING));
        Map<TableName, Map<String, Set<String>>> both =
                Map.of(A, Map.of("view", Set.of()), B, Map.of("view", Set.of()));

        assertThat(loading.wanting(both, TableLoad.PENDING).progress()).isNull();
        assertThat(loading.wanting(both, TableLoad.PENDING).step()).isEqualTo(3);
        assertThat(loading.wanting(both, TableLoad.SKIPPED).progress()).isEqualTo("in the middle of b");
    }

    @Test
    void results_are_noted_for_tables_that_were_wanted_and_never_undone() {
        LoadState state = state("p", 3, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.PENDING));

        LoadState next = state.advance(
                "q", 4, Map.of(A, TableLoad.FAILED, B, TableLoad.EMPTY, TableName.parse("c"), TableLoad.SUCCEEDED));

        assertThat(next).isEqualTo(state("q", 4, Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.EMPTY)));
    }

    @Test
    void it_cannot_be_changed_from_outside() {
        TreeMap<TableName, TableLoad> tables = new TreeMap<>(Map.of(A, TableLoad.PENDING));
        LoadState state = new LoadState(null, 0, tables, new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
        tables.clear();

        assertThat(state.pending()).containsExactly(A);
        assertThatThrownBy(() -> state.tables().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
