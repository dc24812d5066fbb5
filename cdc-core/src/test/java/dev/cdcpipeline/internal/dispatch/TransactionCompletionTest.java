package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Assembly.ids;
import static dev.cdcpipeline.internal.dispatch.Assembly.positions;
import static dev.cdcpipeline.internal.dispatch.Records.begin;
import static dev.cdcpipeline.internal.dispatch.Records.end;
import static dev.cdcpipeline.internal.dispatch.Records.heartbeat;
import static dev.cdcpipeline.internal.dispatch.Records.read;
import static dev.cdcpipeline.internal.dispatch.Records.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Position;
import org.junit.jupiter.api.Test;

/** Rules 2 to 4: when a transaction is complete, what a row's position is, where the boundary goes. */
class TransactionCompletionTest {
    private final Assembly assembly = Assembly.at(100);

    @Test
    void a_transaction_is_held_until_its_end() {
        assertThat(ids(assembly.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 120, "b"))))
                .isEmpty();
        assertThat(ids(assembly.batch(end(130, 1)))).containsExactly("a", "b");
    }

    @Test
    void the_heartbeat_of_a_commit_completes_it_before_its_end() {
        Delivery delivery = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), heartbeat(130, 1));

        assertThat(ids(delivery)).containsExactly("a");
        assertThat(delivery.boundary()).isEqualTo("130:1");
        assertThat(assembly.counts.snapshot().completedByHeartbeat()).isEqualTo(1);
        assertThat(ids(assembly.batch(end(130, 1)))).isEmpty();
    }

    @Test
    void the_next_begin_completes_a_transaction_whose_end_is_missing() {
        Delivery delivery = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), begin(130, 2), row(130, 2, 140, "b"));

        assertThat(ids(delivery)).containsExactly("a");
        assertThat(delivery.boundary())
                .as("of the finished transaction, not of the open one")
                .isEqualTo("130:1");
    }

    @Test
    void a_row_read_by_a_load_completes_a_transaction_when_its_base_is_larger() {
        assertThat(ids(assembly.batch(begin(100, 1), row(100, 1, 110, "a"), read(130, 1, "r"))))
                .containsExactly("a", "r");
    }

    @Test
    void a_heartbeat_inside_a_transaction_completes_nothing() {
        Delivery delivery = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), heartbeat(100, 1));

        assertThat(ids(delivery)).isEmpty();
        assertThat(delivery.boundary()).isEqualTo("100:7");
        assertThat(ids(assembly.batch(row(100, 1, 120, "b"), end(130, 1)))).containsExactly("a", "b");
    }

    @Test
    void rows_that_share_a_location_are_told_apart_by_their_ordinal_also_over_batches() {
        assembly.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 110, "b"));
        Delivery delivery = assembly.batch(row(100, 1, 110, "c"), row(100, 1, 120, "d"), end(130, 1));

        assertThat(positions(delivery)).containsExactly("64/6e/0", "64/6e/1", "64/6e/2", "64/78/0");
    }

    @Test
    void a_row_read_by_a_load_is_passed_on_at_once_and_takes_no_ordinal() {
        Delivery inside = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), read(100, 1, "r"));
        Delivery rest = assembly.batch(row(100, 1, 110, "b"), end(130, 1));

        assertThat(ids(inside)).containsExactly("r");
        assertThat(inside.position()).isEqualTo(Position.boundary(100));
        assertThat(positions(rest)).containsExactly("64/6e/0", "64/6e/1");
    }

    @Test
    void a_row_read_by_a_load_is_never_taken_for_a_replay() {
        Assembly ahead = Assembly.from(new Position(100, 500, 3));

        assertThat(ids(ahead.batch(heartbeat(100, 7), read(100, 7, "r"), read(100, 7, "r"))))
                .containsExactly("r", "r");
    }

    @Test
    void an_empty_transaction_moves_the_boundary_only() {
        Delivery delivery = assembly.batch(begin(100, 1), end(130, 1));

        assertThat(delivery.changes()).isEmpty();
        assertThat(delivery.boundary()).isEqualTo("130:1");
        assertThat(delivery.position()).isEqualTo(Position.boundary(130));
        assertThat(delivery.commitMicros()).isEqualTo(130);
        assertThat(assembly.counts.snapshot().transactions()).isZero();
    }

    @Test
    void the_boundary_stays_before_an_open_transaction() {
        Delivery delivery = assembly.batch(begin(100, 1), end(130, 1), begin(130, 2), row(130, 2, 140, "a"));

        assertThat(delivery.boundary()).isEqualTo("130:1");
        assertThat(delivery.position()).isEqualTo(Position.boundary(130));
    }

    @Test
    void the_boundary_keeps_the_last_known_transaction_when_a_record_names_none() {
        assertThat(assembly.batch(heartbeat(130, 0)).boundary()).isEqualTo("130:7");
    }

    @Test
    void what_is_at_or_before_the_start_is_a_replay_and_skipped() {
        Assembly inside = Assembly.from(new Position(100, 110, 1));

        Delivery delivery = inside.batch(
                begin(100, 1),
                row(100, 1, 105, "a"),
                row(100, 1, 110, "b"),
                row(100, 1, 110, "c"),
                row(100, 1, 110, "d"),
                row(100, 1, 120, "e"),
                end(130, 1));

        assertThat(ids(delivery)).containsExactly("d", "e");
    }

    @Test
    void locations_are_ordered_without_sign() {
        Assembly high = Assembly.at(Long.MAX_VALUE);
        long beyond = Long.MAX_VALUE + 100;

        Delivery delivery =
                high.batch(begin(Long.MAX_VALUE, 1), row(Long.MAX_VALUE, 1, Long.MAX_VALUE + 50, "a"), end(beyond, 1));

        assertThat(ids(delivery)).containsExactly("a");
        assertThat(delivery.position()).isEqualTo(Position.boundary(beyond));
    }

    @Test
    void a_row_outside_of_a_transaction_ends_the_run() {
        assertThatThrownBy(() -> assembly.batch(row(100, 1, 110, "a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside of a transaction")
                .hasMessageContaining("public.orders");
    }

    @Test
    void a_batch_without_news_gives_an_empty_delivery() {
        assembly.batch(begin(100, 1), row(100, 1, 110, "a"), read(100, 1, "r"), end(130, 1));

        Delivery again = assembly.batch();

        assertThat(again.changes()).isEmpty();
        assertThat(again.loadResults()).isEmpty();
        assertThat(again.position()).isEqualTo(Position.boundary(130));
    }
}
