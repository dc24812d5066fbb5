package dev.cdcpipeline.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.RejectedChange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a change that fails for the first, the second, the third time. */
class FailurePolicyTest {
    private static final RuntimeException REFUSED = new IllegalStateException("value too long");

    private static FailureDecision decide(FailurePolicy policy, int attempts, Throwable error) {
        List<Change<Row>> none = List.of();
        return policy.decide(new FailedChange("db0", "t", "p", none, attempts, FailureKind.DATA, error));
    }

    @Test
    void by_default_a_change_is_tried_three_times_and_then_parked() {
        assertThat(decide(FailurePolicy.park(), 1, REFUSED)).isInstanceOf(FailureDecision.Retry.class);
        assertThat(decide(FailurePolicy.park(), 2, REFUSED)).isInstanceOf(FailureDecision.Retry.class);
        assertThat(decide(FailurePolicy.park(), 3, REFUSED)).isEqualTo(new FailureDecision.Park());
    }

    @Test
    void a_rejected_change_is_not_tried_again_however_deep_it_lies() {
        RuntimeException wrapped = new CdcException("projection failed", new RejectedChange("no such customer"));

        assertThat(decide(FailurePolicy.park(), 1, wrapped)).isEqualTo(new FailureDecision.Park());
        assertThat(decide(FailurePolicy.stopShard(), 1, wrapped)).isEqualTo(new FailureDecision.StopShard());
    }

    @Test
    void the_tries_of_the_policy_that_follows_are_within_and_not_on_top() {
        FailurePolicy five =
                FailurePolicy.retry(5, Duration.ZERO, Duration.ZERO).then(FailurePolicy.park());

        assertThat(decide(five, 4, REFUSED)).isInstanceOf(FailureDecision.Retry.class);
        assertThat(decide(five, 5, REFUSED)).isEqualTo(new FailureDecision.Park());
    }

    @Test
    void pauses_grow_up_to_the_longest() {
        FailurePolicy policy = FailurePolicy.retry(100, Duration.ofMillis(100), Duration.ofSeconds(1))
                .then(FailurePolicy.park());

        for (int attempt = 1; attempt < 100; attempt++) {
            long due = Math.min(1000, attempt > 10 ? 1000 : 100L << attempt - 1);
            FailureDecision decision = decide(policy, attempt, REFUSED);
            assertThat(((FailureDecision.Retry) decision).after().toMillis()).isBetween(due * 3 / 4, due * 5 / 4);
        }
    }

    @Test
    void what_is_discarded_has_a_reason() {
        assertThat(decide(FailurePolicy.discard("legacy"), 1, REFUSED))
                .isEqualTo(new FailureDecision.Discard("legacy"));
        assertThatThrownBy(() -> FailurePolicy.discard(" ")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void numbers_out_of_range_are_refused() {
        assertThatThrownBy(() -> FailurePolicy.retry(0, Duration.ZERO, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> FailurePolicy.retry(1, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ParkingLimits.standard().share(0, 20, 100))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ParkingLimits.standard().share(0.5, 20, 19))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ParkingLimits.standard().parked(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
