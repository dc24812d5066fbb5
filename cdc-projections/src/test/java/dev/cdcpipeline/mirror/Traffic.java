package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/**
 * Concurrent writers with random transactions: single and many rows, COPY, updates, deletes, changes of keys, savepoints,
 * rollbacks, TRUNCATE of two tables, and pairs of rows with a negative id that are written to {@code b} and {@code c} together.
 * They outlive the death of the server. The seed decides what each writer does, not how they interleave.
 */
final class Traffic implements AutoCloseable {
    private static final Duration RECONNECT = Duration.ofMillis(50);

    private final TestDatabase source;
    private final Duration pause;
    private final int largest;
    private final boolean truncates;
    private final AtomicLong nextId = new AtomicLong(1_000_000);
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicLong committed = new AtomicLong();
    private final AtomicLong pairs = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final List<Thread> writers = new ArrayList<>();
    private volatile boolean stopping;

    /**
     * @param pause between two transactions of a writer
     * @param largest rows of the largest transactions
     */
    private Traffic(TestDatabase source, Duration pause, int largest, boolean truncates) {
        this.source = source;
        this.pause = pause;
        this.largest = largest;
        this.truncates = truncates;
    }

    /** Small and middle transactions, nothing that empties a table. */
    static Traffic calm(TestDatabase source, long seed, int writers, Duration pause) {
        return new Traffic(source, pause, 60, false).start(seed, writers);
    }

    /** Everything. */
    static Traffic wild(TestDatabase source, long seed, int writers, Duration pause) {
        return new Traffic(source, pause, 1000, true).start(seed, writers);
    }

    private Traffic start(long seed, int count) {
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int i = 0; i < count; i++) {
            SplittableRandom random = seeds.split();
            Thread writer = new Thread(() -> write(random), "traffic-" + source.name() + "-" + i);
            writer.setDaemon(true);
            writer.start();
            writers.add(writer);
        }
        return this;
    }

    /** Transactions committed so far. */
    long committed() {
        return committed.get();
    }

    private void write(SplittableRandom random) {
        while (!stopping) {
            try (Connection connection = source.dataSource().getConnection()) {
                connection.setAutoCommit(false);
                while (!stopping) {
                    transaction(connection, random);
                    LockSupport.parkNanos(pause.toNanos());
                }
            } catch (SQLException e) {
                failedBecause(e);
                LockSupport.parkNanos(RECONNECT.toNanos());
            } catch (IOException | RuntimeException e) {
                failures.add(e);
                return;
            }
        }
    }

    /** A server that is away, a deadlock, a key taken by another writer: part of the life of a writer. Anything else is ours. */
    private void failedBecause(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (!state.startsWith("08") && !state.startsWith("57") && !state.startsWith("40") && !state.equals("23505")) {
            failures.add(e);
            stopping = true;
        }
    }

    private void transaction(Connection connection, SplittableRandom random) throws SQLException, IOException {
        try (Statement sql = connection.createStatement()) {
            int steps = 1 + random.nextInt(4);
            for (int i = 0; i < steps; i++) {
                if (random.nextInt(8) == 0) {
                    Savepoint savepoint = connection.setSavepoint();
                    step(connection, sql, random);
                    if (random.nextBoolean()) {
                        connection.rollback(savepoint);
                    } else {
                        connection.releaseSavepoint(savepoint);
                    }
                } else {
                    step(connection, sql, random);
                }
            }
            if (random.nextInt(10) == 0) {
                connection.rollback();
            } else {
                connection.commit();
                committed.incrementAndGet();
            }
        } catch (SQLException e) {
            if (!connection.isClosed()) {
                connection.rollback();
            }
            failedBecause(e);
        }
    }

    private void step(Connection connection, Statement sql, SplittableRandom random) throws SQLException, IOException {
        String table = MirrorMain.TABLES.get(random.nextInt(MirrorMain.TABLES.size()));
        int n = number.incrementAndGet();
        int dice = random.nextInt(100);
        if (dice < 15) {
            sql.execute("insert into " + table + " values (" + ids(1) + ", 'single', " + n + ")");
        } else if (dice < 25) {
            insertMany(sql, table, 2 + random.nextInt(20), n);
        } else if (dice < 32) {
            copy(connection, table, 2 + random.nextInt(60), n);
        } else if (dice < 55) {
            sql.execute("update " + table + " set val = 'updated ' || " + n + ", n = " + n + " where id in "
                    + some(table, 8, random));
        } else if (dice < 70) {
            sql.execute("delete from " + table + " where id in " + some(table, 6, random));
        } else if (dice < 82) {
            int rows = 1 + random.nextInt(3);
            sql.execute("update " + table + " t set id = moved.new_id, n = " + n + " from (select id, " + ids(rows)
                    + " + row_number() over () - 1 as new_id from " + table + " where id in "
                    + some(table, rows, random) + ") moved where t.id = moved.id");
        } else if (dice < 95) {
            pair(sql, random, n);
        } else if (dice < 99 || !truncates) {
            insertMany(sql, table, largest / 2 + random.nextInt(largest / 2), n);
        } else {
            sql.execute("truncate b, c");
        }
    }

    private void insertMany(Statement sql, String table, int rows, int n) throws SQLException {
        sql.execute("insert into " + table + " select " + ids(rows) + " + i, 'many ' || i, " + n
                + " from generate_series(0, " + (rows - 1) + ") i");
    }

    /** Rows of a COPY share one place in the log. */
    private void copy(Connection connection, String table, int rows, int n) throws SQLException, IOException {
        StringBuilder lines = new StringBuilder();
        long first = ids(rows);
        for (int i = 0; i < rows; i++) {
            lines.append(first + i).append("\tcopied\t").append(n).append('\n');
        }
        connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + table + " from stdin", new StringReader(lines.toString()));
    }

    /** Readers must never see one without the other, nor two that differ. */
    private void pair(Statement sql, SplittableRandom random, int n) throws SQLException {
        long count = pairs.get();
        if (count < 20 || random.nextInt(3) == 0) {
            long id = -pairs.incrementAndGet();
            lockPair(sql, id);
            sql.execute("insert into b values (" + id + ", 'pair', " + n + ")");
            sql.execute("insert into c values (" + id + ", 'pair', " + n + ")");
            return;
        }
        long id = -1 - random.nextLong(count);
        String change = random.nextInt(4) == 0 ? "delete from %s" : "update %s set n = " + n;
        lockPair(sql, id);
        sql.execute(change.formatted("b") + " where id = " + id);
        sql.execute(change.formatted("c") + " where id = " + id);
    }

    /** One writer at a time for each pair: otherwise the row of c may be seen although that of b was not yet. */
    private static void lockPair(Statement sql, long id) throws SQLException {
        sql.execute("select pg_advisory_xact_lock(" + -id + ")");
    }

    private long ids(int count) {
        return nextId.getAndAdd(count);
    }

    private static String some(String table, int rows, SplittableRandom random) {
        return "(select id from " + table + " where id >= 0 and id >= (select coalesce(max(id), 0) * "
                + random.nextDouble() + " from " + table + ") order by id limit " + rows + ")";
    }

    /** Stops the writers and reports what they could not do. */
    @Override
    public void close() {
        stopping = true;
        for (Thread writer : writers) {
            try {
                writer.join(Mirror.PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the writers ended", e);
            }
        }
        assertThat(writers).as("writers that did not end").noneMatch(Thread::isAlive);
        assertThat(failures).as("failures of writers").isEmpty();
    }
}
