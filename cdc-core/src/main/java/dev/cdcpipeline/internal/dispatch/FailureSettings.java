package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.policy.ParkingLimits;

/**
 * What a pipeline does with failures.
 *
 * @param policy for projections whose target has none of its own for them
 * @param table what each failure means
 * @param limits from when on parking is no answer
 * @param retention how long dead letters are kept
 */
public record FailureSettings(
        FailurePolicy policy, FailureTable table, ParkingLimits limits, DeadLetterRetention retention) {

    private static final FailureSettings STANDARD = new FailureSettings(
            FailurePolicy.park(), FailureTable.standard(), ParkingLimits.standard(), DeadLetterRetention.forever());

    /** What holds if nothing is set. */
    public static FailureSettings standard() {
        return STANDARD;
    }
}
