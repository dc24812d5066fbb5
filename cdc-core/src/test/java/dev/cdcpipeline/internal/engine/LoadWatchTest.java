package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LoadWatchTest {
    private static final TableName A = TableName.parse("public.a");
    private static final TableName B = TableName.parse("public.b");

    private final LoadWatch watch = new LoadWatch(new AppliedCounts());

    @Test
    void a_load_that_begins_comes_further_and_ends_is_told_each_time_and_only_then() {
        assertThat(watch.update("t", state(Map.of(A, TableLoad.PENDING)))).containsExactly(at(A, TableLoad.PENDING));
        assertThat(watch.update("t", state(Map.of(A, TableLoad.PENDING))))
                .as("nothing new")
                .isEmpty();
        assertThat(watch.update("t", state(Map.of(A, TableLoad.CATCHING_UP))))
                .containsExactly(at(A, TableLoad.CATCHING_UP));
        assertThat(watch.update("t", state(Map.of(A, TableLoad.SUCCEEDED))))
                .containsExactly(at(A, TableLoad.SUCCEEDED));
        assertThat(watch.update("t", state(Map.of(A, TableLoad.SUCCEEDED)))).isEmpty();
    }

    @Test
    void the_end_of_the_last_table_is_said_once() {
        watch.update("t", state(Map.of(A, TableLoad.PENDING, B, TableLoad.PENDING)));
        assertThat(watch.hasJustEnded()).isFalse();

        watch.update("t", state(Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.PENDING)));
        assertThat(watch.isLoading()).isTrue();
        assertThat(watch.hasJustEnded()).isFalse();

        watch.update("t", state(Map.of(A, TableLoad.SUCCEEDED, B, TableLoad.EMPTY)));
        assertThat(watch.isLoading()).isFalse();
        assertThat(watch.hasJustEnded()).isTrue();
        assertThat(watch.hasJustEnded()).isFalse();
    }

    @Test
    void a_process_that_finds_everything_loaded_does_not_say_that_a_load_has_ended() {
        watch.update("t", state(Map.of(A, TableLoad.SUCCEEDED)));

        assertThat(watch.hasJustEnded()).isFalse();
    }

    @Test
    void a_table_is_loading_as_long_as_one_of_its_targets_waits_for_rows() {
        for (Map.Entry<String, String> order : Map.of("x", "y", "y", "x").entrySet()) {
            LoadWatch both = new LoadWatch(new AppliedCounts());
            both.update(order.getKey(), state(Map.of(A, TableLoad.SUCCEEDED)));
            both.update(order.getValue(), state(Map.of(A, TableLoad.PENDING)));

            assertThat(both.progress()).containsExactly(at(A, TableLoad.PENDING));
        }
    }

    @Test
    void a_table_that_was_loaded_for_one_target_and_not_asked_for_by_another_is_loaded() {
        for (Map.Entry<String, String> order : Map.of("x", "y", "y", "x").entrySet()) {
            LoadWatch both = new LoadWatch(new AppliedCounts());
            both.update(order.getKey(), state(Map.of(A, TableLoad.SUCCEEDED)));
            both.update(order.getValue(), state(Map.of(A, TableLoad.SKIPPED)));

            assertThat(both.progress()).containsExactly(at(A, TableLoad.SUCCEEDED));
        }
    }

    @Test
    void a_table_that_nobody_asked_to_load_is_not_mentioned() {
        watch.update("t", state(Map.of(A, TableLoad.SKIPPED)));

        assertThat(watch.progress()).isEmpty();
        assertThat(watch.isLoading()).isFalse();
    }

    @Test
    void the_estimate_of_the_server_is_shown_where_there_is_one() {
        watch.estimated(A, 1000);
        watch.update("t", state(Map.of(A, TableLoad.PENDING, B, TableLoad.PENDING)));

        assertThat(watch.progress()).extracting(LoadProgress::estimatedRows).containsExactly(1000L, -1L);
    }

    @Test
    void a_backfill_is_done_when_it_was_begun_and_its_tables_are() {
        watch.update("t", begun("b1", TableLoad.PENDING));
        assertThat(watch.isDone("t", "b1", List.of(A))).isFalse();

        watch.update("t", begun("b1", TableLoad.SUCCEEDED));
        assertThat(watch.isDone("t", "b1", List.of(A))).isTrue();
        assertThat(watch.isDone("t", "b2", List.of(A))).as("never begun").isFalse();
        assertThat(watch.isDone("u", "b1", List.of(A))).as("another target").isFalse();
    }

    private static LoadProgress at(TableName table, TableLoad load) {
        return new LoadProgress(table, load, 0, -1);
    }

    private static LoadState begun(String backfill, TableLoad load) {
        return new LoadState(
                null,
                1,
                new TreeMap<>(Map.of(A, load)),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeSet<>(Set.of(backfill)));
    }

    private static LoadState state(Map<TableName, TableLoad> tables) {
        return new LoadState(null, 1, new TreeMap<>(tables), new TreeMap<>(), new TreeMap<>(), new TreeSet<>());
    }
}
