package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.shard.PostgresShard;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a shard from outside, every second: how far the source's WAL is, whether the heartbeat still comes back through the
 * pipeline, and how the first load goes. A thread and a connection of its own.
 */
final class ShardProbe implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShardProbe.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int LOAD_LINE_EVERY = 5;
    private static final int BEATS_UNTIL_DOUBT = 5;
    private static final int BEATS_UNTIL_RESTART = 30;
    private static final Duration SHORTEST_DOUBT = Duration.ofSeconds(5);

    private final PostgresShard shard;
    private final String slot;
    private final ShardMonitor monitor;
    private final ShardSupervisor supervisor;
    private final ScheduledExecutorService timer;
    private volatile @Nullable SourceConnection source;
    private volatile boolean closed;
    private @Nullable String trouble;
    private long ticks;

    ShardProbe(PostgresShard shard, ShardNames names, ShardMonitor monitor, ShardSupervisor supervisor) {
        this.shard = shard;
        this.slot = names.slot();
        this.monitor = monitor;
        this.supervisor = supervisor;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, names.engine() + "-probe");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        timer.scheduleWithFixedDelay(this::look, 0, PERIOD.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            measureWal();
            listenForHeartbeat();
            if (ticks++ % LOAD_LINE_EVERY == 0 && monitor.state() == ShardState.LOADING) {
                logLoad();
            }
        } catch (RuntimeException e) {
            LOG.warn("[{}] the probe failed; it tries again", shard.id(), e);
        }
    }

    private void measureWal() {
        try {
            SourceConnection connection = source;
            if (connection == null) {
                connection = SourceConnection.open(shard);
                source = connection;
                if (closed) {
                    connection.close();
                    return;
                }
            }
            monitor.wal(connection.walLsn());
            trouble = null;
        } catch (SQLException | CdcException e) {
            LOG.debug("[{}] WAL cannot be measured: {}", shard.id(), e.getMessage());
            monitor.wal(-1);
            trouble = e.getMessage();
            drop();
        }
    }

    private void listenForHeartbeat() {
        if (!supervisor.isExpectedToBeHeard()) {
            return;
        }
        Duration silence = monitor.silence();
        Duration doubt = longer(shard.heartbeat().multipliedBy(BEATS_UNTIL_DOUBT), SHORTEST_DOUBT);
        if (silence.compareTo(doubt) < 0) {
            return;
        }
        boolean overdue = silence.compareTo(doubt.multipliedBy(BEATS_UNTIL_RESTART / BEATS_UNTIL_DOUBT)) >= 0;
        if (monitor.state() == ShardState.STARTING && !overdue) {
            return;
        }
        String message = monitor.failed("no heartbeat came back for " + silence.toSeconds() + " s; "
                + (trouble == null ? "the source answers, is slot '" + slot + "' in use by someone else?" : trouble));
        monitor.to(ShardState.RETRYING, message);
        if (overdue) {
            supervisor.restart(message);
        }
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private void logLoad() {
        for (LoadProgress table : monitor.status().load()) {
            LOG.info(
                    "[{}] first load of {}: {}, {} rows read{}",
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
