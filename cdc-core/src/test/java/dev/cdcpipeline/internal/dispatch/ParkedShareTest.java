package dev.cdcpipeline.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.policy.ParkingLimits;
import org.junit.jupiter.api.Test;

/** When the circuit breaker opens. */
class ParkedShareTest {
    private final ParkedShare share = new ParkedShare(ParkingLimits.standard());

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            share.failed();
        }
    }

    @Test
    void nineteen_failures_and_nothing_else_are_too_few_to_tell() {
        fail(19);
        assertThat(share.isTooLarge()).isFalse();
        share.failed();
        assertThat(share.isTooLarge()).isTrue();
    }

    @Test
    void half_of_the_newest_hundred_is_too_many() {
        share.passed(1_000_000);
        fail(49);
        assertThat(share.isTooLarge()).isFalse();
        share.failed();
        assertThat(share.isTooLarge()).isTrue();
    }

    @Test
    void one_in_three_never_is() {
        for (int i = 0; i < 1000; i++) {
            share.failed();
            share.passed(2);
            assertThat(share.isTooLarge()).isFalse();
        }
    }

    @Test
    void what_is_long_past_does_not_count() {
        fail(19);
        share.passed(100);
        fail(19);
        assertThat(share.isTooLarge()).isFalse();
    }

    @Test
    void a_copy_leaves_the_first_alone() {
        ParkedShare copy = share.copy();
        for (int i = 0; i < 20; i++) {
            copy.failed();
        }
        assertThat(copy.isTooLarge()).isTrue();
        assertThat(share.isTooLarge()).isFalse();
    }
}
