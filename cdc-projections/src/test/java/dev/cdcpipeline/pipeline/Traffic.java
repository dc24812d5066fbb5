package dev.cdcpipeline.pipeline;

import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writers that insert, update and delete rows of {@code a} and {@code b} until they are stopped, each in transactions of a few
 * statements, some rolled back. In every transaction they also set {@code n} of the rows -1 and -2 of {@code a} and of the row
 * -1 of {@code b} to the same new number.
 */
public final class Traffic implements AutoCloseable {
    private static final int ROWS = 200;

    private final TestDatabase database;
    private final List<Thread> writers = new ArrayList<>();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final boolean toleratesFailures;
    private volatile boolean stopped;

    private Traffic(TestDatabase database, int writers, boolean toleratesFailures) {
        this.database = database;
        this.toleratesFailures = toleratesFailures;
        for (int i = 0; i < writers; i++) {
            Random random = new Random(i + 1);
            Thread writer = new Thread(() -> write(random), "writer-" + i);
            this.writers.add(writer);
        }
    }

    /** Starts two writers. */
    public static Traffic on(TestDatabase database) {
        return begin(new Traffic(database, 2, false));
    }

    /** Starts a writer that goes on when its server is away for a while. */
    static Traffic onUnreliable(TestDatabase database) {
        return begin(new Traffic(database, 1, true));
    }

    private static Traffic begin(Traffic traffic) {
        traffic.database.execute(
                "insert into a values (-1, 'pair', 0), (-2, 'pair', 0) on conflict do nothing",
                "insert into b values (-1, 'pair', 0) on conflict do nothing");
        traffic.writers.forEach(Thread::start);
        return traffic;
    }

    /** Transactions committed so far. */
    public long commits() {
        return commits.get();
    }

    private void write(Random random) {
        while (!stopped) {
            try (Connection connection = database.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (!stopped) {
                    transaction(statement, random);
                    if (random.nextInt(10) == 0) {
                        connection.rollback();
                    } else {
                        connection.commit();
                        commits.incrementAndGet();
                    }
                    Thread.sleep(random.nextInt(6));
                }
            } catch (SQLException e) {
                if (!toleratesFailures) {
                    failure.compareAndSet(null, e);
                    return;
                }
                pause();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void transaction(Statement statement, Random random) throws SQLException {
        statement.execute("update a set n = n + 1 where id = -1");
        statement.execute("update a set n = (select n from a where id = -1) where id = -2");
        int changes = random.nextInt(20) == 0 ? 60 : 1 + random.nextInt(5);
        for (int i = 0; i < changes; i++) {
            String table = random.nextBoolean() ? "a" : "b";
            int id = random.nextInt(ROWS);
            switch (random.nextInt(4)) {
                case 0 -> statement.execute("delete from " + table + " where id = " + id);
                case 1 ->
                    statement.execute("insert into " + table + " select i, 'many', " + random.nextInt(100)
                            + " from generate_series(" + id + ", " + (id + 9) + ") i on conflict do nothing");
                default ->
                    statement.execute("insert into " + table + " values (" + id + ", 'v" + random.nextInt(1000) + "', "
                            + random.nextInt() + ") on conflict (id) do update set val = excluded.val, n = excluded.n");
            }
        }
        statement.execute("update b set n = (select n from a where id = -1) where id = -1");
    }

    /** Stops writing; fails if a writer failed. */
    @Override
    public void close() {
        stopped = true;
        writers.forEach(Bench::join);
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException("a writer failed", first);
        }
    }
}
