package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a reader of the views sees while they change. */
class WholeTransactionsIT {
    private static final int ENOUGH = 300;

    @Test
    void a_reader_never_sees_a_part_of_a_source_transaction() throws InterruptedException, SQLException {
        try (Bench bench = new Bench().source("db0")) {
            // Batches of the engine end in the middle of transactions.
            CdcPipeline pipeline =
                    bench.startLoaded(bench.builder().batchSize(7).target(bench.views("views")));
            Set<Integer> seen = new HashSet<>();
            try (Traffic traffic = Traffic.on(bench.source());
                    Connection connection = bench.readModel().dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                bench.awaitApplied(pipeline);
                long deadline = System.nanoTime() + Bench.PATIENCE.toNanos();
                while (seen.size() < ENOUGH && System.nanoTime() < deadline) {
                    look(statement, seen);
                }
                assertThat(traffic.commits()).isGreaterThan(ENOUGH);
            }
            assertThat(seen).as("different states seen").hasSizeGreaterThanOrEqualTo(ENOUGH);
            assertThat(bench.status(pipeline).counters().transactionsInPieces()).isZero();
            bench.awaitApplied(pipeline);
            bench.assertViewsEqualSources();
        }
    }

    private static void look(Statement statement, Set<Integer> seen) throws SQLException {
        try (ResultSet row = statement.executeQuery("select (select n from a_view where id = -1),"
                + " (select n from a_view where id = -2), (select n from b_view where id = -1)")) {
            row.next();
            int first = row.getInt(1);
            assertThat(row.getInt(2)).as("two rows of one table").isEqualTo(first);
            assertThat(row.getInt(3)).as("rows of two tables").isEqualTo(first);
            seen.add(first);
        }
    }
}
