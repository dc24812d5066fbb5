package dev.cdcpipeline.projection.redis;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisReadOnlyException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a {@link CacheReader}: made in the background, given up when it fails, and left alone for a moment after that,
 * so that a Redis that is down or too slow costs a reader little time. Thread-safe.
 */
final class ReaderConnection implements AutoCloseable {
    /** So many answers too late, one after another, and the connection is given up: it may be dead without a word. */
    private static final int MOST_TIMEOUTS = 3;

    private final RedisAccess access;
    private final Duration timeout;
    private final Duration pause;
    private @Nullable CompletableFuture<RedisLink> link;
    private long linkedAt;
    private long lookedAt;
    private long pausedAt;
    private boolean paused;
    private boolean closed;
    private int timeouts;

    /**
     * @param timeout for an answer, and for a connection
     * @param pause after a failure, before the next attempt
     */
    ReaderConnection(RedisAccess access, Duration timeout, Duration pause) {
        this.access = access;
        this.timeout = timeout;
        this.pause = pause;
    }

    boolean isCluster() {
        return access.isCluster();
    }

    /** Begins to connect, if it is not connected and not told to pause. Does not wait. */
    synchronized CompletableFuture<RedisLink> connect() {
        CompletableFuture<RedisLink> known = link;
        if (known != null && !(isDone(known) && !known.join().isOpen())) {
            return known;
        }
        if (closed || (paused && System.nanoTime() - pausedAt < pause.toNanos())) {
            throw new RedisException(closed ? "the reader was closed" : "Redis has failed a moment ago");
        }
        if (known != null) {
            known.join().close();
        }
        CompletableFuture<RedisLink> begun = new CompletableFuture<>();
        link = begun;
        linkedAt = System.nanoTime();
        lookedAt = linkedAt - pause.toNanos();
        timeouts = 0;
        Thread thread = new Thread(() -> open(begun), "cache-reader-connect");
        thread.setDaemon(true);
        thread.start();
        return begun;
    }

    private static boolean isDone(CompletableFuture<RedisLink> link) {
        return link.isDone() && !link.isCompletedExceptionally();
    }

    private void open(CompletableFuture<RedisLink> begun) {
        try {
            begun.complete(access.open());
        } catch (Throwable e) {
            begun.completeExceptionally(e);
            giveUp(begun);
        }
        synchronized (this) {
            if (link == begun) {
                return;
            }
        }
        if (isDone(begun)) {
            begun.join().close();
        }
    }

    /** Whether it can be asked now. */
    boolean isConnected() {
        try {
            CompletableFuture<RedisLink> known = connect();
            return isDone(known) && known.join().isOpen();
        } catch (RedisException e) {
            return false;
        }
    }

    /**
     * The answer, in a bounded time.
     *
     * @throws RuntimeException if there is none, or an error
     */
    <T> T ask(Function<RedisClusterAsyncCommands<String, byte[]>, CompletionStage<T>> question) {
        CompletableFuture<RedisLink> used = connect();
        RedisLink open = answer(used, used, timeout.toNanos() - (System.nanoTime() - linkedAt()));
        T answer = answer(used, question.apply(open.commands()).toCompletableFuture(), timeout.toNanos());
        synchronized (this) {
            timeouts = 0;
            paused = false;
        }
        return answer;
    }

    private synchronized long linkedAt() {
        return linkedAt;
    }

    private <T> T answer(CompletableFuture<RedisLink> used, Future<T> answer, long nanos) {
        try {
            return answer.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            if (answer != used) {
                answer.cancel(false);
                late(used);
            }
            throw new RedisException("no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof RedisReadOnlyException) {
                lookForMaster(used);
            } else if (!(cause instanceof RedisCommandExecutionException)) {
                lost(used);
            }
            throw new RedisException(cause);
        } catch (CancellationException e) {
            giveUp(used);
            throw new RedisException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisException(e);
        }
    }

    private synchronized void late(CompletableFuture<RedisLink> used) {
        if (link == used && ++timeouts >= MOST_TIMEOUTS) {
            giveUp(used);
        }
    }

    /** A sentinel knows another by now. Not with every answer, as there may be none. */
    private synchronized void lookForMaster(CompletableFuture<RedisLink> replica) {
        if (System.nanoTime() - linkedAt > pause.toNanos()) {
            giveUp(replica);
            paused = false;
        }
    }

    /** A master of a cluster tells nothing of the others. Somebody else may have taken over from it. */
    private synchronized void lost(CompletableFuture<RedisLink> used) {
        if (!isCluster() || !isDone(used) || !used.join().isOpen()) {
            giveUp(used);
        } else if (System.nanoTime() - lookedAt > pause.toNanos()) {
            lookedAt = System.nanoTime();
            used.join().topology().get();
        }
    }

    private synchronized void giveUp(CompletableFuture<RedisLink> failed) {
        if (link != failed) {
            return;
        }
        link = null;
        paused = true;
        pausedAt = System.nanoTime();
        if (isDone(failed)) {
            failed.join().close();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        CompletableFuture<RedisLink> known = link;
        link = null;
        if (known != null && isDone(known)) {
            known.join().close();
        }
    }
}
