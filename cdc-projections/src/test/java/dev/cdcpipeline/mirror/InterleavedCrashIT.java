package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In the log the changes of concurrent transactions are mixed; only their commits are in order. */
class InterleavedCrashIT {
    private static final int CHANGES = 4;

    @Test
    void interleaved_transactions_are_applied_in_commit_order_when_the_process_is_killed_after_every_single_change()
            throws SQLException {
        try (Mirror mirror = new Mirror().with("batchSize", 1).with("maxTransactionRows", 1)) {
            mirror.startLoaded().kill9();
            writeInterleaved(mirror.source());
            List<String> expected = new ArrayList<>();
            for (String transaction : List.of("third", "first", "second")) {
                for (int i = 0; i < CHANGES; i++) {
                    expected.add("CREATE a " + id(transaction, i) + " " + transaction);
                }
            }

            int crashes = 0;
            while (mirror.applied().size() < expected.size()) {
                int before = mirror.applied().size();
                mirror.crashAt(MirrorMain.APPLIED, 1);
                List<String> applied = mirror.applied();
                assertThat(applied.size()).as("progress of each start").isGreaterThan(before);
                assertThat(expected).startsWith(applied.toArray(String[]::new));
                crashes++;
            }

            // A batch of the engine holds up to twice the batch size, so that a commit may have two changes.
            assertThat(crashes).as("places it was killed at").isGreaterThanOrEqualTo(expected.size() / 2);
            mirror.start();
            mirror.awaitApplied();
            assertThat(mirror.applied()).isEqualTo(expected);
            mirror.assertNothingAppliedTwice();
            mirror.assertViewsEqualSources();
        }
    }

    /** They begin as first, second, third, take turns, and commit as third, first, second. */
    private static void writeInterleaved(TestDatabase source) throws SQLException {
        try (Connection first = open(source);
                Connection second = open(source);
                Connection third = open(source)) {
            for (int i = 0; i < CHANGES - 1; i++) {
                insert(first, "first", i);
                insert(second, "second", i);
                insert(third, "third", i);
            }
            insert(third, "third", CHANGES - 1);
            third.commit();
            insert(first, "first", CHANGES - 1);
            first.commit();
            insert(second, "second", CHANGES - 1);
            second.commit();
        }
    }

    private static Connection open(TestDatabase source) throws SQLException {
        Connection connection = source.dataSource().getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static void insert(Connection connection, String transaction, int i) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("insert into a values (" + id(transaction, i) + ", '" + transaction + "', " + i + ")");
        }
    }

    private static int id(String transaction, int i) {
        return List.of("first", "second", "third").indexOf(transaction) * 100 + i;
    }
}
