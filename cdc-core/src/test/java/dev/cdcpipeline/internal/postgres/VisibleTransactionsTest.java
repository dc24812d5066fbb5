package dev.cdcpipeline.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose changes a read sees, by the text of its snapshot. */
class VisibleTransactionsTest {

    @Test
    void finished_transactions_are_seen_running_and_coming_ones_are_not() {
        VisibleTransactions visible = VisibleTransactions.parse("750:755:750,753");

        assertThat(visible.containAll(List.of(749L, 751L, 754L))).isTrue();
        assertThat(visible.containAll(List.of(750L))).isFalse();
        assertThat(visible.containAll(List.of(749L, 753L))).isFalse();
        assertThat(visible.containAll(List.of(755L))).isFalse();
        assertThat(visible.containAll(List.of())).isTrue();
    }

    @Test
    void a_snapshot_without_running_transactions_has_an_empty_list() {
        assertThat(VisibleTransactions.parse("750:750:").containAll(List.of(749L)))
                .isTrue();
    }

    @Test
    void numbers_wrap_around() {
        long epoch = 1L << 32;
        VisibleTransactions visible =
                VisibleTransactions.parse((epoch - 2) + ":" + (epoch + 5) + ":" + (epoch - 1) + "," + (epoch + 4));

        assertThat(visible.containAll(List.of(0xFFFFFFFEL, 3L))).isTrue();
        assertThat(visible.containAll(List.of(0xFFFFFFFFL))).isFalse();
        assertThat(visible.containAll(List.of(4L))).isFalse();
        assertThat(visible.containAll(List.of(5L))).isFalse();
    }
}
