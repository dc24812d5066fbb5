package dev.cdcpipeline.projection.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A read of an entry that others in this process may wait for. */
final class Flight<V> {
    private final Thread leader = Thread.currentThread();
    private final CompletableFuture<Outcome<V>> outcome = new CompletableFuture<>();

    /**
     * What a read has found.
     *
     * @param asOf by {@link System#nanoTime()}: the source, or every change that the pipeline had written until then, said so
     */
    record Outcome<V>(Optional<V> value, long asOf) {

        /** Whether a read may return it that began then. Otherwise it could step behind what was in Redis before. */
        boolean isFreshFor(long began) {
            return asOf - began >= 0;
        }
    }

    /** Whether the caller itself is the one who reads: a loader that reads the entry that it loads. */
    boolean isOfThisThread() {
        return leader == Thread.currentThread();
    }

    void ended(Outcome<V> found) {
        outcome.complete(found);
    }

    void failed(Throwable failure) {
        outcome.completeExceptionally(failure);
    }

    /**
     * Waits for the end.
     *
     * @return null if it does not come in time, or the thread is interrupted, which it then still is
     * @throws RuntimeException as the loader has thrown it, and so an {@link Error}, or what it does not declare
     */
    @Nullable
    Outcome<V> await(Duration atMost) {
        try {
            return outcome.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw Flight.<RuntimeException>asItIs(e.getCause());
        } catch (TimeoutException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @SuppressWarnings("unchecked") // whatever it is: Java knows checked exceptions, and its loaders need not be in Java
    private static <E extends Throwable> E asItIs(Throwable failure) throws E {
        throw (E) failure;
    }
}
