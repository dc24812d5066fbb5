package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Records.begin;
import static dev.cdcpipeline.internal.dispatch.Records.end;
import static dev.cdcpipeline.internal.dispatch.Records.heartbeat;
import static dev.cdcpipeline.internal.dispatch.Records.loading;
import static dev.cdcpipeline.internal.dispatch.Records.read;
import static dev.cdcpipeline.internal.dispatch.Records.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How far a load has come is followed record by record, beside the transactions. */
class LoadProgressInStreamTest {
    private static final TableName A = TableName.parse("a");
    private static final TableName B = TableName.parse("b");
    private static final TableName C = TableName.parse("c");

    /** A mark that knows less after a restart keeps what was known, which is what {@code merged} says. */
    private record Mark(List<TableName> remaining, String text) implements LoadMark {
        @Override
        public LoadMark mergedWith(@Nullable LoadMark stored) {
            return text.isEmpty() ? Objects.requireNonNull(stored) : this;
        }
    }

    private static Mark mark(String text, TableName... remaining) {
        return new Mark(List.of(remaining), text);
    }

    private static String textOf(Delivery delivery) {
        return Objects.requireNonNull(delivery.load()).text();
    }

    @Test
    void the_newest_mark_of_the_batch_is_delivered_and_each_change_is_a_step() {
        Assembly assembly = Assembly.loading(mark("seed", A));

        Mark newest = mark("2", A);
        Delivery one = assembly.batch(loading(read(100, 1, "r"), mark("1", A)), loading(heartbeat(100, 1), newest));
        Delivery two = assembly.batch(loading(heartbeat(100, 1), newest));

        assertThat(textOf(one)).isEqualTo("2");
        assertThat(one.loadStep()).isEqualTo(2);
        assertThat(two.loadStep()).as("the same mark is no step").isEqualTo(2);
    }

    @Test
    void a_mark_is_merged_with_what_is_known() {
        Assembly assembly = Assembly.loading(mark("key=5", A));

        Delivery delivery = assembly.batch(loading(begin(100, 1), mark("", A)));

        assertThat(textOf(delivery)).isEqualTo("key=5");
        assertThat(delivery.loadStep()).isZero();
        assertThat(delivery.loadResults()).isEmpty();
    }

    @Test
    void a_table_that_leaves_the_list_brings_its_result_once() {
        Assembly assembly = Assembly.loading(mark("seed", A, B));
        assembly.results.put(A, TableLoad.SUCCEEDED);

        Delivery shorter = assembly.batch(loading(begin(100, 1), mark("b", B)));
        Delivery next = assembly.batch(loading(row(100, 1, 110, "x"), mark("b2", B)));

        assertThat(shorter.loadResults()).containsExactly(java.util.Map.entry(A, TableLoad.SUCCEEDED));
        assertThat(next.loadResults()).isEmpty();
    }

    @Test
    void several_tables_can_leave_at_once_and_one_without_a_result_has_failed() {
        Assembly assembly = Assembly.loading(mark("seed", A, B, C));
        assembly.results.put(A, TableLoad.EMPTY);

        Delivery delivery = assembly.batch(loading(begin(100, 1), mark("c", C)));

        assertThat(delivery.loadResults())
                .containsEntry(A, TableLoad.EMPTY)
                .containsEntry(B, TableLoad.FAILED)
                .hasSize(2);
    }

    @Test
    void a_record_without_a_mark_ends_the_load() {
        Assembly assembly = Assembly.loading(mark("seed", A));
        assembly.results.put(A, TableLoad.SUCCEEDED);

        Delivery delivery = assembly.batch(begin(100, 1), end(130, 1));

        assertThat(delivery.load()).isNull();
        assertThat(delivery.loadStep()).isEqualTo(1);
        assertThat(delivery.loadResults()).containsEntry(A, TableLoad.SUCCEEDED);
    }

    @Test
    void the_mark_of_a_row_that_is_held_counts_at_once_because_rows_that_were_read_are_never_held() {
        Assembly assembly = Assembly.loading(mark("seed", A));

        Delivery delivery = assembly.batch(
                loading(begin(100, 1), mark("seed", A)),
                loading(read(100, 1, "r"), mark("1", A)),
                loading(row(100, 1, 110, "x"), mark("1", A)));

        assertThat(Assembly.ids(delivery)).containsExactly("r");
        assertThat(textOf(delivery)).isEqualTo("1");
    }
}
