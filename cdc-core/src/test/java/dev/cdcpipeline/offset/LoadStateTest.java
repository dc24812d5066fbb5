package dev.cdcpipeline.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LoadStateTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");

    private static LoadState state(String progress, long step, Map<TableName, TableLoad> tables) {
        return new LoadState(progress, step, new TreeMap<>(tables));
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
        LoadState state = LoadState.none()
                .plus(List.of(B), TableLoad.FAILED)
                .plus(List.of(A), TableLoad.PENDING)
                .plus(List.of(TableName.parse("c")), TableLoad.SUCCEEDED)
                .plus(List.of(TableName.parse("d")), TableLoad.SKIPPED)
                .plus(List.of(TableName.parse("e")), TableLoad.EMPTY);

        assertThat(state.pending()).containsExactly(A, B);
        assertThat(state.wants(B)).isTrue();
        assertThat(state.wants(TableName.parse("c"))).isFalse();
        assertThat(state.wants(TableName.parse("unknown"))).isFalse();
    }

    @Test
    void a_table_that_is_known_keeps_its_result() {
        LoadState done = state("p", 3, Map.of(A, TableLoad.SUCCEEDED));

        assertThat(done.plus(List.of(A), TableLoad.PENDING)).isEqualTo(done);
    }

    @Test
    void a_table_that_is_added_to_be_loaded_ends_the_part_in_the_running_load() {
        LoadState loading = state("in the middle of b", 3, Map.of(A, TableLoad.PENDING));

        assertThat(loading.plus(List.of(B), TableLoad.PENDING).progress()).isNull();
        assertThat(loading.plus(List.of(B), TableLoad.PENDING).step()).isEqualTo(3);
        assertThat(loading.plus(List.of(B), TableLoad.SKIPPED).progress()).isEqualTo("in the middle of b");
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
        LoadState state = new LoadState(null, 0, tables);
        tables.clear();

        assertThat(state.pending()).containsExactly(A);
        assertThatThrownBy(() -> state.tables().clear()).isInstanceOf(UnsupportedOperationException.class);
    }
}
