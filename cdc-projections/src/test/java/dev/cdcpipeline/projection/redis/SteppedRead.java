package dev.cdcpipeline.projection.redis;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads in a thread of their own that stops before each call of Redis and of the loader until it is told to go on. */
final class SteppedRead implements Schedule.Actor {
    private static final ThreadLocal<SteppedRead> CURRENT = new ThreadLocal<>();
    private static final long DEADLOCK_SECONDS = 30;

    private final Semaphore go = new Semaphore(0);
    private final Semaphore arrived = new Semaphore(0);
    private final CompletableFuture<Void> reads;

    SteppedRead(ExecutorService threads, Runnable reads) {
        this.reads = CompletableFuture.runAsync(
                () -> {
                    CURRENT.set(this);
                    try {
                        gate();
                        reads.run();
                    } finally {
                        CURRENT.remove();
                    }
                },
                threads);
        this.reads.whenComplete((done, failure) -> arrived.release());
        await(arrived);
    }

    @Override
    public boolean hasNext() {
        return !reads.isDone();
    }

    @Override
    public void step() {
        go.release();
        await(arrived);
        if (reads.isDone()) {
            reads.join();
        }
    }

    /** Where a step begins. */
    static void gate() {
        SteppedRead read = CURRENT.get();
        if (read != null) {
            read.arrived.release();
            await(read.go);
        }
    }

    private static void await(Semaphore semaphore) {
        try {
            if (!semaphore.tryAcquire(DEADLOCK_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nothing goes on");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops before each call. */
    record Gated(CacheEntries entries) implements CacheEntries {

        @Override
        public byte @Nullable [] get(String entry) {
            gate();
            return entries.get(entry);
        }

        @Override
        public List<byte @Nullable []> getAll(List<String> names) {
            gate();
            return entries.getAll(names);
        }

        @Override
        public Lease lease(String entry, boolean takeOver) {
            gate();
            return entries.lease(entry, takeOver);
        }

        @Override
        public boolean fill(String entry, Lease.Granted lease, byte @Nullable [] value) {
            gate();
            return entries.fill(entry, lease, value);
        }

        @Override
        public void close() {
            entries.close();
        }
    }
}
