package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads the pairs of {@link RandomTransactions} all the time, as a user would: both rows are there and equal, or neither. Connects
 * anew when the read model was away.
 */
final class PairReader implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String TORN = """
            select count(*) from (select shard, id, n from b_view where id < 0) b
            full join (select shard, id, n from c_view where id < 0) c using (shard, id)
            where b.n is distinct from c.n""";

    private final TestDatabase readModel;
    private final AtomicLong looks = new AtomicLong();
    private final AtomicLong torn = new AtomicLong();
    private volatile boolean stopping;
    private volatile @Nullable SQLException refusal;

    PairReader(TestDatabase readModel) {
        this.readModel = readModel;
        Thread thread = new Thread(this::read, "pair-reader");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        while (!stopping) {
            try (Connection connection = readModel.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                while (!stopping) {
                    try (ResultSet result = statement.executeQuery(TORN)) {
                        result.next();
                        torn.addAndGet(result.getLong(1));
                        looks.incrementAndGet();
                    }
                    LockSupport.parkNanos(PAUSE.toNanos());
                }
            } catch (SQLException e) {
                refusal = e;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    long looks() {
        return looks.get();
    }

    void assertNothingTorn() {
        assertThat(looks.get()).as("looks; last refused by " + refusal).isPositive();
        assertThat(torn.get()).as("torn pairs in " + looks + " looks").isZero();
    }

    @Override
    public void close() {
        stopping = true;
    }
}
