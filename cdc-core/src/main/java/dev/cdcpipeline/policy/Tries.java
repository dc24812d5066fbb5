package dev.cdcpipeline.policy;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** The first part of a {@link FailurePolicy}: how often to try before another policy decides. */
public final class Tries {
    private static final Duration LONGEST = Duration.ofMinutes(8);
    private static final double JITTER = 0.25;
    private static final int DOUBLINGS = 30;

    private final int tries;
    private final Duration first;
    private final Duration longest;

    Tries(int tries, Duration first, Duration longest) {
        if (tries < 1) {
            throw new IllegalArgumentException("a change is tried at least once, got " + tries);
        }
        if (first.isNegative() || longest.compareTo(first) < 0 || longest.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "pauses must be in 0 seconds to 8 minutes, the first not above the longest," + " got " + first
                            + " and " + longest);
        }
        this.tries = tries;
        this.first = first;
        this.longest = longest;
    }

    /** Tries, and then what {@code next} says. A rejected change is left to {@code next} at once. */
    public FailurePolicy then(FailurePolicy next) {
        return failed -> failed.attempts() >= tries || failed.isRejected()
                ? next.decide(failed)
                : new FailureDecision.Retry(pause(failed.attempts()));
    }

    private Duration pause(int attempts) {
        long factor = 1L << Math.min(attempts - 1, DOUBLINGS);
        double millis = Math.min((double) first.toMillis() * factor, longest.toMillis());
        double jitter = 1 + JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
        return Duration.ofMillis((long) (millis * jitter));
    }
}
