package dev.cdcpipeline;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.engine.EffectiveSettings;
import dev.cdcpipeline.internal.engine.HomeWatch;
import dev.cdcpipeline.internal.engine.Listeners;
import dev.cdcpipeline.internal.engine.PipelineSettings;
import dev.cdcpipeline.internal.engine.ShardSupervisor;
import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.monitor.CloseReport;
import dev.cdcpipeline.monitor.PipelineHealth;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.PipelineStatus;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.monitor.SlotStatus;
import dev.cdcpipeline.offset.PoolUse;
import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Change data capture inside a service: reads the changes of one or more source databases and applies them to targets whose
 * progress is committed in the same atomic write as their data.
 *
 * <p>{@link #start()} once, {@link #close()} at the end; {@link #status()} at any time. Thread-safe. It keeps no state of its own: kill the process at any instant, and the next start goes on where
 * the targets stand. Its threads, while it runs: for each shard one that prepares and supervises, one that watches, and those of
 * the Debezium engine; for the pipeline up to eight that watch the home database.
 */
public final class CdcPipeline implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CdcPipeline.class);
    private static final long LOOK_AGAIN_MILLIS = 20;
    /** After that, what a batch waits for is broken off. */
    private static final Duration GRACE = Duration.ofSeconds(2);

    private enum Phase {
        BUILT,
        STARTED,
        CLOSED
    }

    private final PipelineSettings settings;
    private final Listeners listeners;
    private final List<ShardSupervisor> shards;
    private final HomeWatch home;
    private final PipelineOperations operations;
    private final DeadLetters letters;
    private Phase phase = Phase.BUILT;

    CdcPipeline(PipelineSettings settings, List<PostgresShard> shards, Listeners listeners) {
        this.settings = settings;
        this.listeners = listeners;
        this.shards = shards.stream()
                .map(shard -> new ShardSupervisor(shard, settings))
                .toList();
        this.home = new HomeWatch(settings, this.shards);
        this.operations = new PipelineOperations(settings, shards, this.shards);
        this.letters = new PipelineLetters(settings, this.shards, operations::control);
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
            home.start();
            for (ShardSupervisor shard : shards) {
                shard.prepare();
                shard.launch();
            }
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
        LOG.info(
                "pipeline '{}' is started as '{}': {}",
                settings.pipeline(),
                settings.instance().text(),
                new EffectiveSettings(
                        settings,
                        this.shards.stream().map(ShardSupervisor::shard).toList()));
    }

    private synchronized boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** Adds someone who hears what happens from now on; best before {@link #start()}. */
    public void addListener(PipelineListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
    }

    /** What every shard is doing, and the connection pools. Does no I/O. */
    public PipelineStatus status() {
        return new PipelineStatus(
                settings.pipeline(),
                shards.stream().map(ShardSupervisor::status).toList(),
                settings.offsets().pool(),
                targetPools());
    }

    private Map<String, PoolUse> targetPools() {
        Map<String, PoolUse> pools = new TreeMap<>();
        settings.targets().forEach(target -> target.pool().ifPresent(use -> pools.put(target.name(), use)));
        return pools;
    }

    /** How well every shard is, from what was measured. Does no I/O. */
    public PipelineHealth health() {
        return new PipelineHealth(
                settings.pipeline(),
                shards.stream().map(shard -> shard.status().health()).toList());
    }

    /**
     * What an operator can do with a shard: pause, resume, restart, drop.
     *
     * @throws IllegalArgumentException if there is no such shard
     */
    public ShardOperations shard(String name) {
        return operations.shard(name);
    }

    /**
     * Every shard's slot, asked at its source now: what exists, how far it is, how much WAL it holds back. Of a source that cannot
     * be asked the {@link SlotStatus#trouble} is told; it delays the answer by up to 40 seconds.
     */
    public List<SlotStatus> slots() {
        return operations.slots();
    }

    /**
     * Reads all tables of a projection again, in every shard, beside the stream: rows are put right, rows that the source does not
     * have are removed at the end. The request is stored before this returns and survives crashes; the shards begin it within about
     * a second, at the price of an engine restart. Other projections are not disturbed. Works on an instance that does not run the
     * shards too.
     *
     * @param projection its name; see {@link dev.cdcpipeline.target.Target#fills}
     * @return the backfill's id, for {@link #backfills()} and {@link #cancelBackfill}
     * @throws IllegalArgumentException if no target, or more than one, has a projection of this name
     * @throws CdcException if the home database cannot be reached
     */
    public String backfill(String projection) {
        return operations.backfill(projection);
    }

    /**
     * The same for some tables of a projection of one target.
     *
     * @throws IllegalArgumentException if there is no such target, projection or table
     */
    public String backfill(String target, String projection, TableName... tables) {
        return operations.backfill(target, projection, List.of(tables));
    }

    /** Every backfill of this pipeline by shard, ended ones too, the newest first. Asks the home database. */
    public List<Backfill> backfills() {
        return operations.backfills();
    }

    /**
     * Ends a backfill before it is done. Rows that it has read stay.
     *
     * @return whether it had not ended yet, in some shard
     */
    public boolean cancelBackfill(String id) {
        return operations.cancelBackfill(id);
    }

    /**
     * Waits until a backfill has ended in every shard.
     *
     * @return false if the time is over
     * @throws IllegalArgumentException if there is no such backfill
     */
    public boolean awaitBackfill(String id, Duration timeout) throws InterruptedException {
        return await(timeout, () -> operations.hasEnded(id));
    }

    /** Changes that were parked because a projection failed at them: looked at, edited, replayed, discarded. */
    public DeadLetters deadLetters() {
        return letters;
    }

    /**
     * Waits until the first load of every shard is done and all of them stream. A shard that another living instance runs does not
     * count, and one that is paused is waited for.
     *
     * @return false if the time is over
     * @throws CdcException if a shard has failed or the pipeline was closed
     */
    public boolean awaitLoaded(Duration timeout) throws InterruptedException {
        return await(
                timeout,
                () -> shards.stream().allMatch(shard -> {
                    ShardStatus status = alive(shard);
                    return shard.isRunElsewhere() || status.state() == ShardState.STREAMING && status.isLoaded();
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
     * Waits until every shard is stopped or has failed.
     *
     * @throws CdcException if a shard has failed, with its error
     */
    public void awaitTermination() throws InterruptedException {
        while (!shards.stream().allMatch(shard -> shard.status().state().isFinal())) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
        }
        List<String> failed = status().shards().stream()
                .filter(shard -> shard.state() == ShardState.FAILED)
                .map(shard -> shard.lastError().map(error -> error.message()).orElse(shard.shard()))
                .toList();
        if (!failed.isEmpty()) {
            throw new CdcException(String.join("; ", failed));
        }
    }

    /** {@link #shutdown()}, for try-with-resources. */
    @Override
    public void close() {
        shutdown();
    }

    /**
     * Ends the pipeline: batches that are being applied end or are rolled back, slots become inactive and keep what is not
     * applied, leases are given back, so that another instance goes on at once. Blocks for at most the shutdown timeout, and up to
     * four seconds more if the home database does not answer when this instance takes leave of it. May be called at any moment,
     * also during {@link #start()}, and again.
     *
     * @return whether all of that was done in time
     */
    public CloseReport shutdown() {
        synchronized (this) {
            phase = Phase.CLOSED;
        }
        shards.forEach(ShardSupervisor::requestStop);
        Duration time = settings.shutdownTimeout();
        long began = System.nanoTime();
        List<String> late = new ArrayList<>();
        try {
            Duration grace = time.dividedBy(2).compareTo(GRACE) < 0 ? time.dividedBy(2) : GRACE;
            for (ShardSupervisor shard : shards) {
                shard.awaitEnd(grace.minusNanos(System.nanoTime() - began));
            }
            shards.forEach(ShardSupervisor::abort);
            for (ShardSupervisor shard : shards) {
                if (!shard.awaitEnd(time.minusNanos(System.nanoTime() - began))) {
                    shard.late();
                    late.add(shard.name());
                }
            }
            home.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            shards.stream().filter(shard -> !shard.status().state().isFinal()).forEach(shard -> late.add(shard.name()));
        } finally {
            home.stop();
        }
        return new CloseReport(late);
    }
}
