package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Assembly.ids;
import static dev.cdcpipeline.internal.dispatch.Records.begin;
import static dev.cdcpipeline.internal.dispatch.Records.end;
import static dev.cdcpipeline.internal.dispatch.Records.heartbeat;
import static dev.cdcpipeline.internal.dispatch.Records.read;
import static dev.cdcpipeline.internal.dispatch.Records.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Position;
import org.junit.jupiter.api.Test;

/** Rule 1: the connector starts again inside the engine, from the stored boundary, without telling. */
class StreamJumpBackTest {
    private final Assembly assembly = Assembly.at(100);

    @Test
    void a_smaller_base_throws_away_what_is_held() {
        assembly.batch(begin(100, 1), row(100, 1, 110, "a"), end(130, 1), begin(130, 2), row(130, 2, 140, "b"));

        Delivery again = assembly.batch(
                begin(100, 1), row(100, 1, 110, "a"), end(130, 1), begin(130, 2), row(130, 2, 140, "b"), end(150, 2));

        assertThat(ids(again)).containsExactly("b");
        assertThat(assembly.counts.snapshot().wentBack()).isEqualTo(1);
        assertThat(assembly.counts.snapshot().discarded()).isEqualTo(1);
    }

    @Test
    void a_second_begin_throws_away_what_is_held() {
        assembly.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 120, "b"));

        Delivery again = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 120, "b"), end(130, 1));

        assertThat(ids(again)).containsExactly("a", "b");
        assertThat(assembly.counts.snapshot().discarded()).isEqualTo(2);
    }

    @Test
    void a_heartbeat_of_another_transaction_throws_away_what_is_held() {
        assembly.batch(begin(100, 1), row(100, 1, 110, "a"));

        assembly.batch(heartbeat(100, 7));

        assertThat(assembly.counts.snapshot().wentBack()).as("before any BEGIN").isEqualTo(1);
        assertThat(assembly.counts.snapshot().discarded()).isEqualTo(1);
        assertThat(ids(assembly.batch(begin(100, 1), row(100, 1, 110, "a"), end(130, 1))))
                .containsExactly("a");
    }

    @Test
    void a_row_read_by_a_load_survives_the_jump_that_it_reveals() {
        assembly.batch(begin(100, 1), row(100, 1, 110, "a"));

        Delivery again = assembly.batch(read(100, 7, "r"), begin(100, 1), row(100, 1, 110, "a"), end(130, 1));

        assertThat(ids(again)).containsExactly("r", "a");
    }

    @Test
    void a_copy_group_that_a_batch_has_cut_is_not_doubled() {
        Assembly cut = Assembly.from(new Position(100, 110, 1));

        cut.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 110, "b"));
        Delivery again = cut.batch(
                begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 110, "b"), row(100, 1, 110, "c"), end(130, 1));

        assertThat(ids(again)).as("ordinals begin anew at BEGIN").containsExactly("c");
    }

    @Test
    void boundary_and_position_never_go_back() {
        Delivery first = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), end(130, 1), begin(130, 2), end(150, 2));

        Delivery again = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), end(130, 1), heartbeat(130, 1));

        assertThat(again.changes()).isEmpty();
        assertThat(again.boundary()).isEqualTo(first.boundary()).isEqualTo("150:2");
        assertThat(again.position()).isEqualTo(first.position()).isEqualTo(Position.boundary(150));
    }

    @Test
    void a_jump_to_an_older_open_transaction_of_the_same_batch_loses_nothing() {
        Delivery delivery = assembly.batch(
                begin(100, 1),
                row(100, 1, 110, "a"),
                begin(100, 1),
                row(100, 1, 110, "a"),
                end(130, 1),
                begin(130, 2),
                row(130, 2, 120, "b"),
                begin(100, 1),
                row(100, 1, 110, "a"),
                end(130, 1),
                begin(130, 2),
                row(130, 2, 120, "b"),
                end(150, 2));

        assertThat(ids(delivery)).containsExactly("a", "b");
    }
}
