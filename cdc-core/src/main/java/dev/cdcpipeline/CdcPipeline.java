package dev.cdcpipeline;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.engine.PipelineSettings;
import dev.cdcpipeline.internal.engine.ShardSupervisor;
import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.monitor.PipelineStatus;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Change data capture inside a service: reads the changes of one or more source databases and applies them to targets whose
 * progress is committed in the same atomic write as their data.
 *
 * <p>{@link #start()} once, {@link #close()} at the end; {@link #status()} at any time. Thread-safe. It keeps two threads for
 * each shard (one is Debezium's) and no state of its own: kill the process at any instant, and the next start goes on where
 * the targets stand.
 */
public final class CdcPipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CdcPipeline.class);
    private static final long LOOK_AGAIN_MILLIS = 20;

    private enum Phase {
        BUILT,
        STARTED,
        CLOSED
    }

    private final PipelineSettings settings;
    private final List<ShardSupervisor> shards;
    private Phase phase = Phase.BUILT;

    CdcPipeline(PipelineSettings settings, List<PostgresShard> shards) {
        this.settings = settings;
        this.shards = shards.stream()
                .map(shard -> new ShardSupervisor(shard, settings))
                .toList();
    }

    /** Begins a pipeline. */
    public static CdcPipelineBuilder builder() {
        return new CdcPipelineBuilder();
    }

    /**
     * Checks every shard and every target, claims the shards, makes publications and slots that are missing, and begins to
     * work. Blocks until all of that is done; making a slot waits for transactions that run at the source. If anything fails,
     * the pipeline is closed.
     *
     * @throws dev.cdcpipeline.failure.ShardStartException naming the shard, what is wrong, and the remedy
     * @throws CdcException if a store or target is not fit
     * @throws IllegalStateException if it was started or closed before
     */
    public void start() {
        synchronized (this) {
            if (phase != Phase.BUILT) {
                throw new IllegalStateException("pipeline '" + settings.pipeline() + "' was "
                        + (phase == Phase.STARTED ? "started" : "closed") + " before; build a new one");
            }
            phase = Phase.STARTED;
        }
        try {
            for (ShardSupervisor shard : shards) {
                shard.check();
            }
            settings.offsets().prepare();
            for (ShardSupervisor shard : shards) {
                shard.prepare();
            }
            shards.forEach(ShardSupervisor::launch);
        } catch (InterruptedException e) {
            boolean closedByOthers = isClosed();
            close();
            if (!closedByOthers) {
                Thread.currentThread().interrupt();
            }
            throw new CdcException("pipeline '" + settings.pipeline() + "' was closed while it started", e);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        LOG.info("pipeline '{}' runs with {} shard(s)", settings.pipeline(), shards.size());
    }

    private synchronized boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** What every shard is doing. Does no I/O. */
    public PipelineStatus status() {
        return new PipelineStatus(
                settings.pipeline(),
                shards.stream().map(ShardSupervisor::status).toList());
    }

    /**
     * Waits until the first load of every shard is done and all of them stream.
     *
     * @return false if the time is over
     * @throws CdcException if a shard has failed or the pipeline was closed
     */
    public boolean awaitLoaded(Duration timeout) throws InterruptedException {
        return await(
                timeout,
                () -> shards.stream().allMatch(shard -> {
                    ShardStatus status = alive(shard);
                    return status.state() == ShardState.STREAMING && status.isLoaded();
                }));
    }

    /**
     * Waits until every target has applied what a shard had committed up to an LSN: read your own writes.
     *
     * @param shard the shard's name
     * @param lsn {@code select pg_current_wal_lsn()} on the source after the commit, a form like {@code 0/16B3748}
     * @return false if the time is over
     * @throws IllegalArgumentException if there is no such shard, or {@code lsn} is not an LSN
     * @throws CdcException if the shard has failed or the pipeline was closed
     */
    public boolean awaitApplied(String shard, String lsn, Duration timeout) throws InterruptedException {
        ShardSupervisor supervisor = shards.stream()
                .filter(candidate -> candidate.name().equals(shard))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no shard '" + shard + "'"));
        long wanted = Lsn.parse(lsn);
        return await(timeout, () -> {
            alive(supervisor);
            long applied = supervisor.appliedLsn();
            return applied != -1 && Long.compareUnsigned(applied, wanted) >= 0;
        });
    }

    private static ShardStatus alive(ShardSupervisor shard) {
        ShardStatus status = shard.status();
        if (status.state().isFinal()) {
            throw new CdcException("[" + shard.name() + "] the shard is " + status.state()
                    + status.lastError().map(error -> ": " + error.message()).orElse(""));
        }
        return status;
    }

    private static boolean await(Duration timeout, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        return true;
    }

    /**
     * Waits until every shard has ended, because the pipeline was closed or because each has failed.
     *
     * @throws CdcException if a shard has failed, with its error
     */
    public void awaitTermination() throws InterruptedException {
        for (ShardSupervisor shard : shards) {
            while (!shard.awaitEnd(Duration.ofDays(1))) {
                // Wait on: a pipeline may run for years.
            }
        }
        List<String> failed = status().shards().stream()
                .filter(shard -> shard.state() == ShardState.FAILED)
                .map(shard -> shard.lastError().map(error -> error.message()).orElse(shard.shard()))
                .toList();
        if (!failed.isEmpty()) {
            throw new CdcException(String.join("; ", failed));
        }
    }

    /**
     * Ends the pipeline: batches that are being applied end or are rolled back, slots become inactive and keep what is not
     * applied. Blocks for at most the shutdown timeout. May be called at any moment, also during {@link #start()}, and again.
     */
    @Override
    public void close() {
        synchronized (this) {
            phase = Phase.CLOSED;
        }
        shards.forEach(ShardSupervisor::requestStop);
        long deadline = System.nanoTime() + settings.shutdownTimeout().toNanos();
        List<String> late = new ArrayList<>();
        try {
            for (ShardSupervisor shard : shards) {
                if (!shard.awaitStopped(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                    late.add(shard.name());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!late.isEmpty()) {
            LOG.error("pipeline '{}' did not stop in time: {}", settings.pipeline(), late);
        }
    }
}
