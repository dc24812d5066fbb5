package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.policy.ParkingLimits;
import java.util.BitSet;

/** How many of the newest changes of a projection failed: the measure of the circuit breaker. */
final class ParkedShare {
    private final ParkingLimits limits;
    private final BitSet failed;
    private int seen;
    private int next;

    ParkedShare(ParkingLimits limits) {
        this(limits, new BitSet(limits.window()));
    }

    private ParkedShare(ParkingLimits limits, BitSet failed) {
        this.limits = limits;
        this.failed = failed;
    }

    /** One for a try that may be rolled back. */
    ParkedShare copy() {
        ParkedShare copy = new ParkedShare(limits, (BitSet) failed.clone());
        copy.seen = seen;
        copy.next = next;
        return copy;
    }

    void passed(int changes) {
        if (failed.isEmpty()) {
            seen = Math.min(seen + Math.min(changes, limits.window()), limits.window());
            return; // where the next one goes does not matter in a window without a failure
        }
        for (int i = Math.min(changes, limits.window()); i > 0; i--) {
            add(false);
        }
    }

    void failed() {
        add(true);
    }

    private void add(boolean failure) {
        failed.set(next, failure);
        next = (next + 1) % limits.window();
        seen = Math.min(seen + 1, limits.window());
    }

    /** Whether it is a bug, and no poison message. */
    boolean isTooLarge() {
        int failures = failed.cardinality();
        return failures >= limits.minimum() && failures >= limits.share() * seen;
    }

    @Override
    public String toString() {
        return failed.cardinality() + " of its newest " + seen + " changes";
    }
}
