package dev.cdcpipeline.policy;

import java.time.Duration;

/** What is to become of a {@link FailedChange}. */
public sealed interface FailureDecision {

    /** A dead letter, in the atomic write that moves the offset; later changes of the same key are parked behind it. */
    record Park() implements FailureDecision {}

    /** The shard stops and says why; nothing is skipped, the slot keeps the change. */
    record StopShard() implements FailureDecision {}

    /**
     * The whole batch is rolled back and tried once more.
     *
     * @param after how long to wait before; 0 to 10 minutes
     */
    record Retry(Duration after) implements FailureDecision {
        public Retry {
            if (after.isNegative() || after.compareTo(Duration.ofMinutes(10)) > 0) {
                throw new IllegalArgumentException("a pause must be in 0 seconds to 10 minutes, got " + after);
            }
        }
    }

    /**
     * The change is left out for good. It is logged, counted, and kept as a discarded dead letter.
     *
     * @param reason for whoever looks for it later
     */
    record Discard(String reason) implements FailureDecision {
        public Discard {
            if (reason.isBlank()) {
                throw new IllegalArgumentException("to discard a change needs a reason");
            }
        }
    }
}
