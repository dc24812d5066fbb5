package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureRule;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.TransientFailure;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.util.Optional;

/** Says who failed at what. What comes from Redis is named as that, and keeps its cause, by which it is judged. */
record SessionFailures(String who, FailureTable table) {
    private static final String UNREACHABLE = "; check that the server runs, host and port, and whether it speaks TLS:"
            + " rediss:// does, with a certificate that the JVM trusts, or that a RedisClient with SslOptions does";

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

    /** With the innermost cause, because "unable to connect" alone tells nobody why, and with what to do. */
    private static String text(RedisException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(failure.getMessage()).replace("/<unresolved>", "");
        String reason = String.valueOf(cause.getMessage());
        return (message.equals(reason) ? message : message + " (" + reason + ")") + advice(failure);
    }

    private static String advice(RedisException failure) {
        return FailureTable.ruleOf(failure)
                .filter(rule -> rule.by() == FailureRule.By.REDIS_ERROR)
                .map(rule -> "; " + rule.advice())
                .or(() -> failure instanceof RedisConnectionException ? Optional.of(UNREACHABLE) : Optional.empty())
                .orElse("");
    }
}
