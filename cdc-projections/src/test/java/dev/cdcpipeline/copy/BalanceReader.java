package dev.cdcpipeline.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the balances of the copies again and again: in every read they must agree, as they do in every transaction of the source. */
final class BalanceReader implements AutoCloseable {
    private static final String READ = "select (select sum(bbalance) from copy.pgbench_branches),"
            + " (select sum(tbalance) from copy.pgbench_tellers), (select sum(abalance) from copy.pgbench_accounts),"
            + " (select coalesce(sum(delta), 0) from copy.pgbench_history)";

    private final TestDatabase database;
    private final Thread thread;
    private final Set<Long> seen = new HashSet<>();
    private volatile boolean stopped;
    private @Nullable Throwable failure;
    private int reads;

    BalanceReader(TestDatabase database) {
        this.database = database;
        thread = new Thread(this::read, "balance-reader");
        thread.start();
    }

    private void read() {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            while (!stopped) {
                read(statement);
            }
        } catch (SQLException | RuntimeException | Error e) {
            failure = e;
        }
    }

    private void read(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(READ)) {
            row.next();
            long branches = row.getLong(1);
            assertThat(new long[] {row.getLong(2), row.getLong(3), row.getLong(4)})
                    .as("tellers, accounts and history in read %s, while the branches have %s", reads, branches)
                    .containsOnly(branches);
            seen.add(branches);
            reads++;
        }
    }

    /** Ends it. */
    void assertAlwaysConsistent(int leastBalances) {
        close();
        assertThat(failure).as("after " + reads + " reads").isNull();
        assertThat(seen).as("different balances in %s reads", reads).hasSizeGreaterThanOrEqualTo(leastBalances);
        System.out.println(reads + " reads saw " + seen.size() + " different balances, all of them consistent");
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
