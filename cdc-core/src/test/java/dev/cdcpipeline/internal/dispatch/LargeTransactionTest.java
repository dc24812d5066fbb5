package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Assembly.ids;
import static dev.cdcpipeline.internal.dispatch.Records.ORDERS;
import static dev.cdcpipeline.internal.dispatch.Records.begin;
import static dev.cdcpipeline.internal.dispatch.Records.end;
import static dev.cdcpipeline.internal.dispatch.Records.event;
import static dev.cdcpipeline.internal.dispatch.Records.read;
import static dev.cdcpipeline.internal.dispatch.Records.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.internal.dispatch.StreamEvent.Kind;
import org.junit.jupiter.api.Test;

/** A transaction above the limit goes in pieces. */
class LargeTransactionTest {

    @Test
    void at_the_limit_of_rows_a_piece_is_passed_on_with_the_position_of_its_last_row() {
        Assembly assembly = Assembly.inPieces(3, 1_000_000);

        Delivery below = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 110, "b"));
        Delivery piece = assembly.batch(row(100, 1, 110, "c"), row(100, 1, 120, "d"));
        Delivery rest = assembly.batch(row(100, 1, 120, "e"), end(130, 1));

        assertThat(below.changes()).isEmpty();
        assertThat(below.inPieces()).isFalse();
        assertThat(ids(piece)).containsExactly("a", "b", "c", "d");
        assertThat(piece.position()).isEqualTo(new Position(100, 120, 0));
        assertThat(piece.boundary()).as("stays before the transaction").isEqualTo("100:7");
        assertThat(piece.inPieces()).isTrue();
        assertThat(ids(rest)).containsExactly("e");
        assertThat(rest.position()).isEqualTo(Position.boundary(130));
        assertThat(rest.inPieces()).isFalse();
        assertThat(assembly.counts.snapshot().transactionsInPieces()).isEqualTo(1);
    }

    @Test
    void at_the_limit_of_bytes_a_piece_is_passed_on() {
        Assembly assembly = Assembly.inPieces(1000, 500);

        assertThat(ids(assembly.batch(begin(100, 1), row(100, 1, 110, "a", 499))))
                .isEmpty();
        assertThat(ids(assembly.batch(row(100, 1, 120, "b", 1)))).containsExactly("a", "b");
        assertThat(ids(assembly.batch(row(100, 1, 130, "c", 499))))
                .as("counted anew after a piece")
                .isEmpty();
    }

    @Test
    void bytes_are_counted_anew_in_the_next_transaction() {
        Assembly assembly = Assembly.inPieces(1000, 500);

        assembly.batch(begin(100, 1), row(100, 1, 110, "a", 400), end(130, 1));

        assertThat(ids(assembly.batch(begin(130, 2), row(130, 2, 140, "b", 400))))
                .isEmpty();
    }

    @Test
    void rows_read_by_a_load_do_not_count_towards_the_limit() {
        Assembly assembly = Assembly.inPieces(2, 1_000_000);

        Delivery delivery = assembly.batch(
                begin(100, 1), row(100, 1, 110, "a"), read(100, 1, "r"), read(100, 1, "s"), read(100, 1, "t"));

        assertThat(ids(delivery)).containsExactly("r", "s", "t");
    }

    @Test
    void a_piece_that_was_passed_on_is_skipped_when_the_stream_jumps_back() {
        Assembly assembly = Assembly.inPieces(2, 1_000_000);

        assembly.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 110, "b"));
        assembly.batch(row(100, 1, 110, "c"));
        Delivery again = assembly.batch(
                begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 110, "b"), row(100, 1, 110, "c"), end(130, 1));

        assertThat(ids(again)).containsExactly("c");
    }

    @Test
    void a_transaction_of_which_a_piece_is_applied_stays_in_pieces_when_it_is_read_again() {
        Assembly assembly = Assembly.inPieces(2, 1_000_000);

        assembly.batch(begin(100, 1), row(100, 1, 110, "a"), row(100, 1, 110, "b"));
        Delivery again = assembly.batch(begin(100, 1), row(100, 1, 110, "a"));

        assertThat(again.inPieces()).isTrue();
    }

    @Test
    void a_transaction_of_which_a_piece_was_applied_before_the_start_is_in_pieces() {
        Assembly assembly = Assembly.from(new Position(100, 110, 1));

        assertThat(assembly.batch(begin(100, 1), row(100, 1, 110, "a")).inPieces())
                .isTrue();
    }

    @Test
    void the_two_halves_of_an_update_of_the_key_are_in_one_piece() {
        Assembly assembly = Assembly.inPieces(2, 1_000_000);
        RowChange half = Records.change(ORDERS, Operation.DELETE, 1, 120, "old", null, 100)
                .asFirstHalf();

        Delivery first = assembly.batch(begin(100, 1), row(100, 1, 110, "a"), event(Kind.ROW, 100, 1, null, half));
        Delivery nothing = assembly.batch();
        Delivery second = assembly.batch(row(100, 1, 120, "new"));

        assertThat(ids(first)).containsExactly("a");
        assertThat(first.position()).isEqualTo(new Position(100, 110, 0));
        assertThat(first.inPieces()).isTrue();
        assertThat(ids(nothing)).isEmpty();
        assertThat(ids(second)).containsExactly("old", "new");
        assertThat(second.position()).isEqualTo(new Position(100, 120, 1));
    }

    @Test
    void a_piece_of_nothing_but_a_first_half_waits_for_the_second() {
        Assembly assembly = Assembly.inPieces(1, 1_000_000);
        RowChange half = Records.change(ORDERS, Operation.DELETE, 1, 110, "old", null, 100)
                .asFirstHalf();

        Delivery first = assembly.batch(begin(100, 1), event(Kind.ROW, 100, 1, null, half));

        assertThat(ids(first)).isEmpty();
        assertThat(first.inPieces()).isFalse();
        assertThat(ids(assembly.batch(row(100, 1, 110, "new")))).containsExactly("old", "new");
    }
}
