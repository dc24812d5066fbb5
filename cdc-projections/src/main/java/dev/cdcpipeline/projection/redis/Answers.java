package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.failure.TransientFailure;
import io.lettuce.core.RedisCommandTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the answers of a server, for a bounded time. */
final class Answers {
    static final Duration LONGEST = Duration.ofSeconds(10);

    private Answers() {}

    /**
     * The answer.
     *
     * @throws RuntimeException what the server or the connection has answered instead
     */
    static <T> T await(Future<T> answer) {
        try {
            return answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure
                    ? failure
                    : new TransientFailure(String.valueOf(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new RedisCommandTimeoutException("no answer within " + LONGEST.toSeconds() + " s");
        } catch (CancellationException e) {
            throw new TransientFailure("the connection was closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailure("interrupted, the shard is being stopped", e);
        }
    }

    /** Waits until every answer has come, good or bad, and tells whether that is so in the end. */
    static boolean settle(List<? extends CompletableFuture<?>> answers) {
        CompletableFuture<Void> all = CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
        try {
            all.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException | CancellationException e) {
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TransientFailure("interrupted, the shard is being stopped", e);
        }
    }
}
