package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.internal.dispatch.StreamCounts;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.shard.PostgresShard;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One engine after another, with back-off between those that failed, for as long as the shard may run. An engine is never
 * begun before the one before has ended and its slot is free. {@link #run} belongs to the shard's thread, the rest to any.
 */
final class EngineCycle {
    private static final Logger LOG = LoggerFactory.getLogger(EngineCycle.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final double JITTER = 0.25;
    /** An engine that ran for so long was well; what ends it then is a new trouble, and the pauses begin anew. */
    private static final Duration WELL = Duration.ofMinutes(1);

    private final PostgresShard shard;
    private final ShardNames names;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;
    private final ShardPreparation preparation;
    private final ShardLetters letters;
    private final Object lock = new Object();
    private @Nullable PreparedShard prepared;
    private @Nullable Epoch preparedFor;
    private @Nullable EngineRun running;
    private @Nullable RuntimeException stopReason;
    private boolean resting;
    private boolean streamFirst;
    private final LoadAlterations alterations = new LoadAlterations();
    private long movementsBeforeLoss = -1;
    private int runs;

    EngineCycle(
            PostgresShard shard,
            ShardNames names,
            PipelineSettings settings,
            ShardMonitor monitor,
            ShardPreparation preparation,
            ShardLetters letters) {
        this.shard = shard;
        this.names = names;
        this.settings = settings;
        this.monitor = monitor;
        this.preparation = preparation;
        this.letters = letters;
    }

    /** Prepares the first engine ahead, on the thread of whoever starts the pipeline. */
    void prepare(Epoch epoch) throws InterruptedException {
        PreparedShard ready = preparation.prepare(epoch);
        synchronized (lock) {
            prepared = ready;
            preparedFor = epoch;
        }
    }

    /** Gives back what was prepared and is not used. */
    void discard() {
        synchronized (lock) {
            if (prepared != null) {
                prepared.close();
                prepared = null;
            }
        }
    }

    /**
     * Runs engines until the shard may not run any more.
     *
     * @throws RuntimeException what no further engine would overcome
     */
    void run(Epoch epoch, BooleanSupplier mayRun) {
        RetryPolicy<Object> policy = RetryPolicy.builder()
                .handle(CdcException.class)
                .abortOn(failure -> !mayRun.getAsBoolean() || EngineFailures.isFinal(failure))
                .withBackoff(FIRST_PAUSE, LONGEST_PAUSE)
                .withJitter(JITTER)
                .withMaxRetries(-1)
                .onRetryScheduled(event -> rest(mayRun))
                .build();
        try {
            while (mayRun.getAsBoolean()) {
                Failsafe.with(policy).run(() -> {
                    do { // a stream that goes ahead of a load that gets nowhere is no success
                        runOne(epoch, mayRun);
                    } while (alterations.areTooMany() && mayRun.getAsBoolean());
                });
            }
        } catch (FailsafeException e) {
            LOG.debug("[{}] woken", shard.id(), e);
        } catch (RuntimeException e) {
            if (mayRun.getAsBoolean() || EngineFailures.isFinal(e)) {
                throw e;
            }
        } finally {
            synchronized (lock) {
                resting = false;
                Thread.interrupted(); // a wake-up that came too late
            }
            discard();
        }
    }

    private void rest(BooleanSupplier mayRun) {
        synchronized (lock) {
            resting = true;
            if (!mayRun.getAsBoolean()) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void runOne(Epoch epoch, BooleanSupplier mayRun) throws InterruptedException {
        synchronized (lock) {
            resting = false;
            Thread.interrupted();
        }
        long began = System.nanoTime();
        try {
            EngineRun run = begin(epoch, mayRun);
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
            judge(failure, run);
        } catch (RuntimeException e) {
            if (!mayRun.getAsBoolean() && !EngineFailures.isFinal(e)) {
                return;
            }
            counts().failed();
            String message = monitor.failed(e instanceof CdcException ? e.getMessage() : e.toString());
            if (EngineFailures.isFinal(e)) {
                throw e;
            }
            monitor.to(ShardState.RETRYING, message);
            if (e instanceof OffsetLostException && isFirstLoss()) {
                LOG.warn("{}; every target is opened anew at once", message);
                return;
            }
            LOG.warn("[{}] the engine ended; a new one follows", shard.id(), e);
            if (System.nanoTime() - began < WELL.toNanos()) {
                throw e instanceof CdcException ? e : new CdcException(e.toString(), e);
            }
        }
    }

    /** Makes the next run, or null if the shard is not to run. */
    private @Nullable EngineRun begin(Epoch epoch, BooleanSupplier mayRun) throws InterruptedException {
        PreparedShard ready;
        synchronized (lock) {
            if (prepared != null && !epoch.equals(preparedFor)) {
                discard(); // another owner may have moved the offsets since
            }
            ready = prepared;
            prepared = null;
        }
        if (ready == null) {
            ready = preparation.prepare(epoch);
        }
        if (ready.streamsFirst()) {
            streamFirst = false;
        } else if (streamFirst && !ready.load().tables().isEmpty()) {
            ready = streamingFirst(ready);
        }
        synchronized (lock) {
            if (!mayRun.getAsBoolean()) {
                ready.close();
                return null;
            }
            monitor.seen();
            counts().engineStarted();
            stopReason = null;
            try {
                running = new EngineRun(shard, names, settings, monitor, ready, letters, () -> !mayRun.getAsBoolean());
            } catch (RuntimeException | Error e) {
                ready.close();
                throw e;
            }
            runs++;
            return running;
        }
    }

    /** Lets the stream come to where the source's log is now, before rows are read that a change of their table has shaped. */
    private PreparedShard streamingFirst(PreparedShard ready) {
        try {
            PreparedShard first = ready.streamingFirstTo(SourceConnection.insertedLsn(shard));
            streamFirst = false;
            return first;
        } catch (RuntimeException e) {
            ready.close();
            throw e;
        }
    }

    private StreamCounts counts() {
        return monitor.counts();
    }

    private void judge(@Nullable Throwable failure, EngineRun run) {
        RuntimeException reason;
        synchronized (lock) {
            reason = stopReason;
        }
        if (reason != null) {
            throw reason;
        }
        if (EngineFailures.isAlteredDuringLoad(failure)) {
            String message = EngineFailures.ours(failure).getMessage();
            streamFirst = true;
            if (alterations.another(rowsRead())) {
                throw new CdcException(
                        message + "; " + alterations.inARow() + " engines in a row have ended so and have read no row",
                        failure);
            }
            LOG.info("[{}] {}", shard.id(), message);
            return;
        }
        if (failure == null && !run.streamsFirst()) {
            alterations.none();
        }
        if (failure != null) {
            throw EngineFailures.ours(failure);
        }
        if (run.isLoadIncomplete()) {
            throw new CdcException("rows of some tables are still missing; they are read (again)");
        }
        if (run.hasLoadEnded()) {
            LOG.info("[{}] {}; the engine is started once more", shard.id(), run.part());
        }
    }

    /** One that comes again before the offset has moved is not overcome by another engine at once. */
    private boolean isFirstLoss() {
        boolean first = monitor.movements() != movementsBeforeLoss;
        movementsBeforeLoss = monitor.movements();
        return first;
    }

    private long rowsRead() {
        return counts().snapshot().read().getOrDefault(Operation.READ, 0L);
    }

    /** Whether the engine ought to be heard of now. */
    boolean isExpectedToBeHeard() {
        synchronized (lock) {
            return running != null && running.isExpectedToBeHeard();
        }
    }

    /** How full the running engine's queue is, from 0 to 1; empty without one that streams. */
    OptionalDouble queueFill() {
        EngineRun run;
        synchronized (lock) {
            run = running;
        }
        return run == null ? OptionalDouble.empty() : run.queueFill();
    }

    /** Whether the engine that runs now makes a snapshot. */
    boolean isSnapshotting() {
        synchronized (lock) {
            return running != null && running.isSnapshot();
        }
    }

    /** Whether this run is the one that goes on now. */
    boolean isRunning(int run) {
        synchronized (lock) {
            return running != null && runs == run;
        }
    }

    /** Counts engine runs, so that an order that was read before a run can be told from one that came after. */
    int runs() {
        synchronized (lock) {
            return runs;
        }
    }

    /** Ends the running engine if it is still that run, so that a new one follows. */
    void renew(int run, String why) {
        synchronized (lock) {
            if (running != null && runs == run) {
                LOG.info("[{}] the engine is started anew: {}", shard.id(), why);
                running.requestStop();
            }
        }
    }

    /** Ends the pause between two engines, if there is one now. */
    void endRest(Thread shardThread) {
        synchronized (lock) {
            if (running == null && resting) {
                shardThread.interrupt();
            }
        }
    }

    /** Ends the running engine because of this. */
    void stopFor(RuntimeException reason) {
        synchronized (lock) {
            if (running != null && !running.isStopRequested()) {
                stopReason = reason;
                running.requestStop();
            }
        }
    }

    /** Has {@code mayRun} looked at again: ends the running engine, or the pause between two. */
    void wake(Thread shardThread) {
        synchronized (lock) {
            if (running != null) {
                running.requestStop();
            } else if (resting) {
                shardThread.interrupt();
            }
        }
    }

    /** Makes a batch that waits fail now. */
    void abort() {
        synchronized (lock) {
            if (running != null) {
                running.abort();
            }
        }
    }
}
