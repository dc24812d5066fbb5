package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.postgres.PartitionWatch;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.internal.postgres.SourceState;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.Severity;
import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Looks at a running shard from outside: every second how far the source's WAL is and whether the heartbeat still comes back
 * through the pipeline, every watchdog interval whether anything at the source has become wrong. A thread and a connection of its
 * own.
 */
final class ShardWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardWatch.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int LOAD_LINE_EVERY = 5;
    /** A slot that holds back more than the limit from the start on stops the shard only when it is still growing. */
    private static final double GROWTH = 1.1;

    private static final Duration LONGEST_PATIENCE = Duration.ofHours(1);
    private static final int MAX_DOUBLINGS = 20;
    private static final Duration LOAD_STANDSTILL = Duration.ofSeconds(4);

    private final PostgresShard shard;
    private final ShardNames names;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;
    private final ShardPreparation preparation;
    private final EngineCycle engines;
    private final ShardLease lease;
    private final ScheduledExecutorService timer;
    private volatile @Nullable SourceConnection source;
    private volatile boolean closed;
    private final PartitionWatch partitions = new PartitionWatch();
    private @Nullable SourceInspection inspection;
    private @Nullable String trouble;
    private long ticks;
    private long inspectedNanos = System.nanoTime();
    private int watchedRun = -1;
    private int gapRun = -1;
    private int silentRestarts;
    private long movementsSeen;
    private long loadStepSeen = -1;
    private int loadRun = -1;
    private long loadNanos;
    private OptionalLong walAtLoadStep = OptionalLong.empty();
    private long retainedAtStart;

    ShardWatch(
            PostgresShard shard,
            ShardNames names,
            PipelineSettings settings,
            ShardMonitor monitor,
            ShardPreparation preparation,
            EngineCycle engines,
            ShardLease lease) {
        this.shard = shard;
        this.names = names;
        this.settings = settings;
        this.monitor = monitor;
        this.preparation = preparation;
        this.engines = engines;
        this.lease = lease;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, names.engine() + "-watch");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        MDC.put("cdc.pipeline", settings.pipeline());
        MDC.put("cdc.shard", shard.id().name());
        try {
            int run = engines.runs();
            monitor.queueFill(engines.queueFill());
            followGap(run);
            if (!engines.isRunning(run) && !monitor.state().isRunning()) {
                monitor.source().unreachable(); // what was measured grows old
                drop();
                return;
            }
            askSource(run);
            listenForHeartbeat(run);
            watchLoad(run);
            if (ticks++ % LOAD_LINE_EVERY == 0 && monitor.state() == ShardState.LOADING) {
                logLoad();
            }
        } catch (RuntimeException | Error e) { // what leaves here ends the watch for good
            LOG.warn("[{}] the watchdog failed; it tries again", shard.id(), e);
        }
    }

    private void askSource(int run) {
        try {
            measure(inspection().measure(), run);
            partitions.loadedAnew(monitor.loads().takeBegun());
            boolean due = System.nanoTime() - inspectedNanos
                    >= settings.watchdogInterval().toNanos();
            SlotRecord slot = preparation.slot();
            if (due && slot != null && engines.isRunning(run)) {
                inspectedNanos = System.nanoTime();
                Optional<Epoch> held = lease.epoch();
                judge(
                        inspection()
                                .inspect(
                                        preparation.sourceTables(),
                                        slot,
                                        monitor::appliedLsn,
                                        true,
                                        preparation.tables()),
                        run,
                        slot,
                        held);
            }
            trouble = null;
        } catch (CdcException e) {
            LOG.debug("[{}] the source cannot be asked: {}", shard.id(), e.getMessage());
            monitor.source().unreachable();
            trouble = e.getMessage();
            drop();
        }
    }

    private SourceInspection inspection() {
        SourceInspection known = inspection;
        if (known == null) {
            known = new SourceInspection(connection(), names.slot(), names.publication(), partitions);
            inspection = known;
        }
        return known;
    }

    private SourceConnection connection() {
        SourceConnection connection = source;
        if (connection == null) {
            connection = SourceConnection.open(shard);
            source = connection;
            if (closed) {
                connection.close();
            }
        }
        return connection;
    }

    private void measure(SourceState state, int run) {
        monitor.source().measured(state);
        if (run != watchedRun) {
            watchedRun = run;
            inspection = null; // what it remembers belongs to the run before
            retainedAtStart = state.retainedBytes().orElse(0);
        }
    }

    private void judge(List<Finding> findings, int run, SlotRecord slot, Optional<Epoch> held) {
        for (Finding finding : findings) {
            if (finding.kind() == FindingKind.RETAINED_WAL && finding.severity() == Severity.REFUSED) {
                if (monitor.source().retainedBytes().orElse(0) > retainedAtStart * GROWTH) {
                    engines.stopFor(new RetainedWalException("[" + shard.id() + "] " + finding.text()));
                }
            } else if (finding.severity() == Severity.GAP) {
                preparation.gaps().note(finding, slot, held);
                gapRun = run;
                engines.renew(run, finding.text());
            } else if (finding.severity() != Severity.WARNING) {
                // The next preparation finds the same, and knows what to do about it.
                engines.renew(run, finding.text());
            }
        }
        monitor.findings(findings.stream()
                .filter(finding -> finding.severity() == Severity.WARNING || finding.kind() == FindingKind.RETAINED_WAL)
                .toList());
    }

    /** A gap that was seen when it could not be stored, or in the middle of a preparation, is for the next one. */
    private void followGap(int run) {
        preparation
                .gaps()
                .open()
                .filter(gap -> run != gapRun && engines.isRunning(run))
                .ifPresent(gap -> {
                    gapRun = run;
                    engines.renew(run, gap.text());
                });
    }

    private void listenForHeartbeat(int run) {
        if (!engines.isExpectedToBeHeard()) {
            return;
        }
        Duration silence = monitor.silence();
        boolean snapshot = engines.isSnapshotting();
        if (silence.compareTo(snapshot ? Silence.SNAPSHOT_DOUBT : Silence.doubt(shard)) < 0) {
            return;
        }
        boolean overdue = silence.compareTo(patience(snapshot)) >= 0;
        if (!monitor.state().isRunning() && !overdue) {
            return;
        }
        String message = monitor.failed((snapshot ? "no row of the snapshot came for " : "no heartbeat came back for ")
                + silence.toSeconds() + " s; " + (trouble == null ? suspicion(snapshot) : trouble));
        monitor.to(ShardState.RETRYING, message);
        if (overdue) {
            silentRestarts++;
            engines.renew(run, message);
        }
    }

    /**
     * Longer after each restart that brought nothing: the server may be busy with a transaction that takes longer than this, and
     * begins it anew for each engine.
     */
    private Duration patience(boolean snapshot) {
        if (monitor.movements() != movementsSeen) {
            movementsSeen = monitor.movements();
            silentRestarts = 0;
        }
        Duration first = snapshot ? Silence.SNAPSHOT_DESPAIR : Silence.despair(shard);
        Duration now = first.multipliedBy(1L << Math.min(silentRestarts, MAX_DOUBLINGS));
        return now.compareTo(LONGEST_PATIENCE) > 0 ? LONGEST_PATIENCE : now;
    }

    /**
     * Debezium's read-only incremental snapshot waits for a transaction by its exact number; where that number goes to another
     * database of the server, and no captured row changes, it waits for ever (docs/decisions/0003). A new engine reads the chunk
     * again. A load that waits for a stream which is behind is left alone.
     */
    private void watchLoad(int run) {
        long step = monitor.loadSteps();
        OptionalLong wal = monitor.source().walLsn();
        if (step != loadStepSeen || run != loadRun || wal.isEmpty() || !engines.isExpectedToBeHeard()) {
            loadStepSeen = step;
            loadRun = run;
            loadNanos = System.nanoTime();
            walAtLoadStep = wal;
            return;
        }
        boolean streamHasPassed =
                walAtLoadStep.isPresent() && Long.compareUnsigned(monitor.appliedLsn(), walAtLoadStep.getAsLong()) >= 0;
        boolean waits = System.nanoTime() - loadNanos >= LOAD_STANDSTILL.toNanos();
        if (monitor.loads().isReading() && !engines.isSnapshotting() && streamHasPassed && waits) {
            loadNanos = System.nanoTime();
            engines.renew(run, "the load stands still although the stream goes on");
        }
    }

    private String suspicion(boolean snapshot) {
        return snapshot
                ? "the source answers, does a transaction there hold up the slot, or a lock the tables (pg_stat_activity)?"
                : "the source answers, is slot '" + names.slot() + "' in use by someone else?";
    }

    private void logLoad() {
        for (LoadProgress table : monitor.loads().progress()) {
            LOG.info(
                    "[{}] load of {}: {}, {} rows read{}",
                    shard.id(),
                    table.table(),
                    table.load(),
                    table.rowsRead(),
                    table.estimatedRows() < 0 ? "" : " of about " + table.estimatedRows());
        }
    }

    private void drop() {
        SourceConnection connection = source;
        source = null;
        inspection = null;
        if (connection != null) {
            connection.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        SourceConnection connection = source;
        if (connection != null) {
            connection.abort();
        }
    }
}
