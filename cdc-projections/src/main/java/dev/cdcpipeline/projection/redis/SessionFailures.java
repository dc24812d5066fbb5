package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.TransientFailure;
import io.lettuce.core.RedisException;

/** Says who failed at what. What comes from Redis is named as that, and keeps its cause, by which it is judged. */
record SessionFailures(String who, FailureTable table) {

    /**
     * Does what may fail at Redis.
     *
     * @throws TransientFailure for what passes by itself
     * @throws CdcException for anything else that Redis or its client says
     */
    void run(String what, Runnable work) {
        try {
            work.run();
        } catch (RedisException e) {
            String message = who + " " + what + ": " + text(e);
            throw table.kindOf(e) == FailureKind.TRANSIENT
                    ? new TransientFailure(message, e)
                    : new CdcException(message, e);
        }
    }

    /** With the innermost cause: "unable to connect" alone tells nobody why. */
    private static String text(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause == failure ? failure.getMessage() : failure.getMessage() + " (" + cause.getMessage() + ")";
    }
}
