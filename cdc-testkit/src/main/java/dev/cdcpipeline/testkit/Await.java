package dev.cdcpipeline.testkit;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for conditions of other processes, which can only be polled. */
final class Await {

    private static final long POLL_MILLIS = 10;

    private Await() {}

    /**
     * Waits until the condition holds.
     *
     * @throws IllegalStateException with the failure text if it does not hold in time, or if the thread is interrupted
     */
    static void until(BooleanSupplier condition, Duration timeout, Supplier<String> failure) {
        if (!holdsWithin(condition, timeout)) {
            throw new IllegalStateException(failure.get());
        }
    }

    static boolean holdsWithin(BooleanSupplier condition, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                Thread.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
        return true;
    }

    static IllegalStateException interrupted(InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("Interrupted while waiting", cause);
    }
}
