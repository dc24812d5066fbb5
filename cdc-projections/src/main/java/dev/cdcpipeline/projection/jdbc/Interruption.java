package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.failure.TransientFailure;

/** Ends work early on a thread that was interrupted: a JDBC driver does not look at the flag, so we do before each statement. */
final class Interruption {
    private Interruption() {}

    /** @throws TransientFailure if the thread is interrupted; its flag stays set */
    static void check(String who) {
        if (Thread.currentThread().isInterrupted()) {
            throw new TransientFailure(who + " was interrupted; its transaction is rolled back");
        }
    }
}
