package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.policy.FailedChange;

/** A target cannot go on; the shard stops on purpose, with nothing skipped, until a restart is asked for. */
public final class TargetGaveUpException extends CdcException {
    private static final long serialVersionUID = 1L;
    private static final String NOTHING_SKIPPED =
            "; the shard was stopped and nothing was skipped, the slot keeps the changes: mend the cause and restart the shard";

    private TargetGaveUpException(String message, Throwable cause) {
        super(message + NOTHING_SKIPPED + ". Last error: " + text(cause), cause);
    }

    private TargetGaveUpException(String message) {
        super(message);
    }

    /** The whole batch, or the target itself, is the trouble. */
    static TargetGaveUpException atBatch(String target, int tries, Throwable cause) {
        return new TargetGaveUpException("target '" + target + "' refused a batch " + tries + " times", cause);
    }

    /** The failure policy says so, or no change would work. */
    static TargetGaveUpException atChange(FailedChange failed) {
        return new TargetGaveUpException(failed + " failed " + failed.attempts() + " times", failed.error());
    }

    /** The circuit breaker. */
    static TargetGaveUpException tooMany(FailedChange failed, ParkedShare share) {
        return new TargetGaveUpException(
                failed + " failed, as " + share
                        + " did, which is no poison message but a bug or a wrong target (parkingLimits)",
                failed.error());
    }

    /** More than may be parked. */
    static TargetGaveUpException full(String target, long parked, int most) {
        return new TargetGaveUpException(
                "target '" + target + "' has " + parked + " parked changes, more than the " + most
                        + " of parkingLimits; the shard was stopped: mend the cause, replay or discard dead letters, and restart the"
                        + " shard");
    }

    private static String text(Throwable cause) {
        return String.valueOf(cause instanceof CdcException ? cause.getMessage() : cause);
    }
}
