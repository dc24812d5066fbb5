package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.SchemaMismatchException;
import dev.cdcpipeline.internal.dispatch.TargetGaveUpException;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.shard.PostgresShard;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one shard running on a thread of its own: a new engine after each that ended, with back-off, until it is stopped or
 * there is no point in going on. What happens here never reaches another shard.
 */
public final class ShardSupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(ShardSupervisor.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final double JITTER = 0.25;
    /** An engine that ran for so long was well; what ends it then is a new trouble, and the pauses begin anew. */
    private static final Duration WELL = Duration.ofMinutes(1);

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final PostgresShard shard;
    private final ShardNames names;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;
    private final ShardPreparation preparation;
    private final ShardProbe probe;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object lock = new Object();
    private @Nullable PreparedShard prepared;
    private @Nullable EngineRun running;
    private boolean preparing;
    private boolean started;
    private volatile boolean stopping;

    public ShardSupervisor(PostgresShard shard, PipelineSettings settings) {
        this.shard = shard;
        this.names = ShardNames.of(settings.pipeline(), shard);
        this.settings = settings;
        this.monitor = new ShardMonitor(shard.id().name(), settings.listener());
        this.preparation = new ShardPreparation(shard, names, settings, monitor);
        this.probe = new ShardProbe(shard, names, monitor, this);
        this.thread = new Thread(this::supervise, names.engine());
    }

    public String name() {
        return shard.id().name();
    }

    public ShardStatus status() {
        return monitor.status();
    }

    /** Up to where every target has applied the source's WAL; -1 before the first batch. */
    public long appliedLsn() {
        return monitor.appliedLsn();
    }

    /**
     * Checks the source on the calling thread, and changes nothing.
     *
     * @throws CdcException naming the shard, what is wrong, and the remedy
     * @throws InterruptedException if the shard is stopped meanwhile
     */
    public void check() throws InterruptedException {
        onCallersThread(preparation::check);
    }

    /**
     * Does what a first start can fail at, on the calling thread.
     *
     * @throws CdcException naming the shard, what is wrong, and the remedy
     * @throws InterruptedException if the shard is stopped meanwhile
     */
    public void prepare() throws InterruptedException {
        onCallersThread(() -> {
            PreparedShard ready = preparation.prepare();
            synchronized (lock) {
                if (stopping) {
                    ready.close();
                    throw new InterruptedException("stopped during the start");
                }
                prepared = ready;
            }
        });
    }

    @FunctionalInterface
    private interface StartStep {
        void run() throws InterruptedException;
    }

    /** A stop waits for the end of it, so that nothing is touched after a close. */
    private void onCallersThread(StartStep step) throws InterruptedException {
        synchronized (lock) {
            if (stopping) {
                throw new InterruptedException("stopped before the start");
            }
            preparing = true;
        }
        monitor.to(ShardState.STARTING, "");
        try {
            step.run();
        } catch (RuntimeException e) {
            if (stopping) {
                throw (InterruptedException) new InterruptedException("stopped during the start").initCause(e);
            }
            giveUp(e);
            throw e;
        } finally {
            synchronized (lock) {
                preparing = false;
                if (stopping) {
                    end();
                }
            }
        }
    }

    /** Begins to work, on the shard's own thread. */
    public void launch() {
        synchronized (lock) {
            if (stopping) {
                return;
            }
            started = true;
            thread.start();
            probe.start();
        }
    }

    private void supervise() {
        RetryPolicy<Object> policy = RetryPolicy.builder()
                .handle(CdcException.class)
                .abortOn(failure -> stopping || isFinal(failure))
                .withBackoff(FIRST_PAUSE, LONGEST_PAUSE)
                .withJitter(JITTER)
                .withMaxRetries(-1)
                .build();
        try {
            while (!stopping) {
                Failsafe.with(policy).run(this::runOneEngine);
            }
        } catch (FailsafeException e) {
            LOG.debug("[{}] woken to stop", shard.id(), e);
        } catch (RuntimeException | Error e) {
            if (!stopping) {
                giveUp(e);
            }
        } finally {
            probe.close();
            end();
        }
    }

    private void end() {
        monitor.to(ShardState.STOPPED, "");
        ended.countDown();
    }

    private void runOneEngine() throws InterruptedException {
        long began = System.nanoTime();
        try {
            EngineRun run = begin();
            if (run == null) {
                return;
            }
            Throwable failure;
            try (run) {
                failure = run.run();
            } finally {
                synchronized (lock) {
                    running = null;
                }
            }
            afterRun(failure, run);
        } catch (RuntimeException e) {
            if (stopping) {
                return;
            }
            String message = monitor.failed(e instanceof CdcException ? e.getMessage() : e.toString());
            if (isFinal(e)) {
                throw e;
            }
            LOG.warn("[{}] the engine ended; a new one follows", shard.id(), e);
            monitor.to(ShardState.RETRYING, message);
            if (System.nanoTime() - began < WELL.toNanos()) {
                throw e instanceof CdcException ? e : new CdcException(e.toString(), e);
            }
        }
    }

    /** Makes the next run, or null if the shard is to stop. */
    private @Nullable EngineRun begin() throws InterruptedException {
        PreparedShard ready;
        synchronized (lock) {
            ready = prepared;
            prepared = null;
        }
        if (ready == null) {
            ready = preparation.prepare();
        }
        synchronized (lock) {
            if (stopping) {
                ready.close();
                return null;
            }
            monitor.seen();
            monitor.counts().engineStarted();
            try {
                running = new EngineRun(shard, names, settings, monitor, ready, () -> stopping);
            } catch (RuntimeException | Error e) {
                ready.close();
                throw e;
            }
            return running;
        }
    }

    private void afterRun(@Nullable Throwable failure, EngineRun run) {
        if (failure != null) {
            throw cause(failure);
        }
        if (run.isLoadIncomplete()) {
            throw new CdcException("rows of some tables are still missing; they are read (again)");
        }
        if (run.hasLoadEnded()) {
            LOG.info("[{}] every row of the first load is read; the engine is started once more", shard.id());
        }
    }

    private static RuntimeException cause(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CdcException ours) {
                return ours;
            }
        }
        return new CdcException("the engine failed: " + failure, failure);
    }

    private static boolean isFinal(Throwable failure) {
        return failure instanceof FencedException
                || failure instanceof TargetGaveUpException
                || failure instanceof SchemaMismatchException
                || failure instanceof Error;
    }

    private void giveUp(Throwable failure) {
        String message = monitor.failed(failure instanceof CdcException ? failure.getMessage() : failure.toString());
        LOG.error("{}; the shard has stopped, others go on", message, failure);
        monitor.to(ShardState.FAILED, message);
    }

    /** Whether the engine ought to be heard of now. */
    boolean isExpectedToBeHeard() {
        synchronized (lock) {
            return running != null && !stopping && running.isExpectedToBeHeard();
        }
    }

    /** Ends the running engine, so that a new one follows. */
    void restart(String reason) {
        synchronized (lock) {
            if (running != null && !stopping) {
                LOG.warn("[{}] the engine is started anew: {}", shard.id(), reason);
                running.requestStop();
            }
        }
    }

    /** Asks the shard to stop; returns at once. */
    public void requestStop() {
        synchronized (lock) {
            if (stopping) {
                return;
            }
            stopping = true;
            monitor.to(ShardState.STOPPING, "");
            probe.close();
            preparation.abort();
            if (prepared != null) {
                prepared.close();
                prepared = null;
            }
            if (running != null) {
                running.requestStop();
            } else if (started) {
                thread.interrupt();
            }
            if (!started && !preparing) {
                end();
            }
        }
    }

    /** Waits for the end after {@link #requestStop}; false if it has not come in time. */
    public boolean awaitStopped(Duration timeout) throws InterruptedException {
        Duration grace = timeout.compareTo(GRACE) < 0 ? timeout.dividedBy(2) : GRACE;
        if (ended.await(grace.toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        synchronized (lock) {
            if (running != null) {
                running.abort();
            }
        }
        if (ended.await(timeout.minus(grace).toMillis(), TimeUnit.MILLISECONDS)) {
            return true;
        }
        LOG.error(
                "[{}] did not stop within {}; slot '{}' may stay active until this process ends",
                shard.id(),
                timeout,
                names.slot());
        return false;
    }

    /** Waits until the shard does nothing more. */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        return ended.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    }
}
