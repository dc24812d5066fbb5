package dev.cdcpipeline.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A table is loaded when its rows are read and the stream has come past the moment of the last one. */
class LoadCatchUpTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");

    private final AtomicLong log = new AtomicLong(1000);

    private LoadCatchUp catchUp(TableName... leftBehind) {
        return new LoadCatchUp(Set.of(leftBehind), log::get);
    }

    private static Delivery at(long boundary, Map<TableName, TableLoad> results) {
        return new Delivery(List.of(), "b", Position.boundary(boundary), null, 1, results, 0, false);
    }

    private static Delivery at(long boundary) {
        return at(boundary, Map.of());
    }

    @Test
    void a_table_that_is_read_waits_for_the_stream_to_come_to_where_the_log_was_then() {
        LoadCatchUp catchUp = catchUp();

        assertThat(catchUp.apply(at(500, Map.of(A, TableLoad.SUCCEEDED))).loadResults())
                .containsExactlyEntriesOf(Map.of(A, TableLoad.CATCHING_UP));
        log.set(9000);
        assertThat(catchUp.apply(at(999)).loadResults()).isEmpty();
        assertThat(catchUp.apply(at(1000)).loadResults()).containsExactlyEntriesOf(Map.of(A, TableLoad.SUCCEEDED));
        assertThat(catchUp.apply(at(1001)).loadResults()).as("said once").isEmpty();
    }

    @Test
    void each_table_waits_for_its_own_moment() {
        LoadCatchUp catchUp = catchUp();
        catchUp.apply(at(500, Map.of(A, TableLoad.SUCCEEDED)));
        log.set(2000);
        catchUp.apply(at(600, Map.of(B, TableLoad.SUCCEEDED)));

        assertThat(catchUp.apply(at(1500)).loadResults()).containsExactlyEntriesOf(Map.of(A, TableLoad.SUCCEEDED));
        assertThat(catchUp.apply(at(2000)).loadResults()).containsExactlyEntriesOf(Map.of(B, TableLoad.SUCCEEDED));
    }

    @Test
    void a_table_without_a_row_is_done_at_once() {
        assertThat(catchUp().apply(at(500, Map.of(A, TableLoad.EMPTY))).loadResults())
                .containsExactlyEntriesOf(Map.of(A, TableLoad.EMPTY));
    }

    @Test
    void a_table_that_was_given_up_is_said_at_once() {
        assertThat(catchUp().apply(at(500, Map.of(A, TableLoad.FAILED))).loadResults())
                .containsExactlyEntriesOf(Map.of(A, TableLoad.FAILED));
    }

    @Test
    void after_a_restart_the_stream_must_come_to_where_the_log_is_now() {
        LoadCatchUp catchUp = catchUp(A);

        assertThat(catchUp.apply(at(999)).loadResults()).isEmpty();
        assertThat(catchUp.apply(at(1000)).loadResults()).containsExactlyEntriesOf(Map.of(A, TableLoad.SUCCEEDED));
    }

    @Test
    void without_a_load_the_source_is_never_asked() {
        LoadCatchUp catchUp = new LoadCatchUp(Set.of(), () -> {
            throw new AssertionError("asked");
        });

        assertThat(catchUp.apply(at(500)).loadResults()).isEmpty();
    }
}
