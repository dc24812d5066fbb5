package dev.cdcpipeline.mirror;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A thread that writes transactions, and connects anew whenever its connection is lost. */
final class TrafficWriter {
    private static final Duration RECONNECT = Duration.ofMillis(50);

    private final DataSource source;
    private final Transactions transactions;
    private final Duration pause;
    private final Thread thread;
    private final AtomicLong committed = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile long lastCommit = System.nanoTime();
    private volatile @Nullable SQLException lastRefusal;
    private volatile boolean pausing;
    private volatile boolean paused;
    private volatile boolean stopping;

    TrafficWriter(String name, DataSource source, Transactions transactions, Duration pause) {
        this.source = source;
        this.transactions = transactions;
        this.pause = pause;
        this.thread = new Thread(this::write, "traffic-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    private void write() {
        try {
            while (!stopping) {
                try (Connection connection = source.getConnection()) {
                    connection.setAutoCommit(false);
                    writeOver(connection);
                } catch (SQLException e) {
                    requireExpected(e);
                    LockSupport.parkNanos(RECONNECT.toNanos());
                }
            }
        } catch (SQLException | IOException | RuntimeException e) {
            failure.set(e);
        }
    }

    /** Returns when the connection is lost: one that is closed would refuse every transaction from then on. */
    private void writeOver(Connection connection) throws SQLException, IOException {
        while (!stopping && !connection.isClosed()) {
            paused = pausing;
            if (paused) {
                LockSupport.parkNanos(RECONNECT.toNanos());
                continue;
            }
            try {
                if (transactions.runNext(connection)) {
                    committed.incrementAndGet();
                    lastCommit = System.nanoTime();
                }
            } catch (SQLException e) {
                requireExpected(e);
                if (!connection.isClosed()) {
                    connection.rollback();
                }
            }
            LockSupport.parkNanos(pause.toNanos());
        }
    }

    /** A server that is away, a deadlock, a key or lock that another writer has: part of the life of a writer. */
    private void requireExpected(SQLException e) throws SQLException {
        String state = String.valueOf(e.getSQLState());
        if (!state.matches("(08|57|40).*|23505|55P03")) {
            throw e;
        }
        lastRefusal = e;
    }

    long committed() {
        return committed.get();
    }

    Duration sinceCommit() {
        return Duration.ofNanos(System.nanoTime() - lastCommit);
    }

    void pause() {
        pausing = true;
    }

    void awaitPaused() {
        await(thread.getName() + " pauses").atMost(Mirror.PATIENCE).until(() -> paused || !thread.isAlive());
    }

    void resume() {
        lastCommit = System.nanoTime();
        pausing = false;
    }

    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    void awaitEnd() {
        try {
            thread.join(Mirror.PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the writers ended", e);
        }
        if (thread.isAlive()) {
            throw new AssertionError("did not end: " + describe());
        }
    }

    void assertNotFailed() {
        Exception e = failure.get();
        if (e != null) {
            throw new AssertionError(describe(), e);
        }
    }

    /** What it has done and where it stands. */
    String describe() {
        return thread.getName() + (thread.isAlive() ? "" : " (dead)") + ": " + committed + " commits, the last "
                + sinceCommit().toMillis() + " ms ago, last refused by " + lastRefusal + ", stands at\n  "
                + Arrays.stream(thread.getStackTrace()).map(String::valueOf).collect(Collectors.joining("\n  "));
    }
}
