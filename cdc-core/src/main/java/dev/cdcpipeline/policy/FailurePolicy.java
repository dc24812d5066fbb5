package dev.cdcpipeline.policy;

import java.time.Duration;

/**
 * Decides what becomes of a change that a projection fails at. Chosen for a projection where its target is built, or for all by
 * {@code CdcPipelineBuilder.failurePolicy}. Default: {@link #park()}.
 *
 * <p>It is asked for each change that fails alone, on the shard's thread, inside the target's transaction: it must not block.
 * What fails for a reason that passes by itself is tried again for ever and never comes here. A
 * {@link dev.cdcpipeline.failure.RejectedChange} is not tried again, whatever the number of tries.
 *
 * <pre>{@code
 * FailurePolicy.park()
 * FailurePolicy.retry(10, Duration.ofSeconds(1), Duration.ofMinutes(1)).then(FailurePolicy.stopShard())
 * failed -> failed.error() instanceof LegacyRow ? new FailureDecision.Discard("legacy") : new FailureDecision.Park()
 * }</pre>
 */
@FunctionalInterface
public interface FailurePolicy {
    /** How often a change is tried before it is parked or the shard stops, if nothing else is said. */
    int DEFAULT_TRIES = 3;
    /** The pause after the first try, if nothing else is said; each following one is twice as long. */
    Duration DEFAULT_PAUSE = Duration.ofMillis(100);

    /** @throws RuntimeException stops the shard, after some tries */
    FailureDecision decide(FailedChange failed);

    /** Three tries, then a dead letter. The default. */
    static FailurePolicy park() {
        return standardTries().then(failed -> new FailureDecision.Park());
    }

    /** Three tries, then the shard stops until a restart is asked for. */
    static FailurePolicy stopShard() {
        return standardTries().then(failed -> new FailureDecision.StopShard());
    }

    /** No second try: the change is left out, logged, counted, and kept as a discarded dead letter. */
    static FailurePolicy discard(String reason) {
        FailureDecision discard = new FailureDecision.Discard(reason);
        return failed -> discard;
    }

    /**
     * Begins a policy with another number of tries; {@link Tries#then} must follow.
     *
     * @param tries in all, from 1; the tries of the policy that follows are within, not on top
     * @param first the pause after the first try; each following one is twice as long, with a quarter of jitter
     * @param longest the longest pause, up to 10 minutes
     * @throws IllegalArgumentException if something is out of range
     */
    static Tries retry(int tries, Duration first, Duration longest) {
        return new Tries(tries, first, longest);
    }

    private static Tries standardTries() {
        return new Tries(DEFAULT_TRIES, DEFAULT_PAUSE, Duration.ofSeconds(10));
    }
}
