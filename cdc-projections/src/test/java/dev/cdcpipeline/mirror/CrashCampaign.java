package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/**
 * Two shards under random traffic; the pipeline, its walsenders and the shards' server are killed at random. Then everything is
 * compared: the views with the sources, and the log of each shard with what its server says was committed, change by change.
 * {@code -Dcampaign.seconds} and {@code -Dcampaign.seed} change it; the seed decides the faults and what is written.
 */
class CrashCampaign {
    private static final Duration LENGTH = Duration.ofSeconds(Long.getLong("campaign.seconds", 200));
    private static final long SEED = Long.getLong("campaign.seed", System.nanoTime());
    private static final List<String> SHARDS = List.of("db0", "db1");
    private static final String KILL_WALSENDER =
            "select count(pg_terminate_backend(active_pid)) from pg_replication_slots"
                    + " where plugin = 'pgoutput' and database = current_database() and active_pid is not null";

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Map<String, Integer> faults = new TreeMap<>();

    @Test
    void random_histories_are_applied_exactly_while_processes_connections_and_servers_are_killed() {
        System.out.println("CrashCampaign: seed " + SEED + ", " + LENGTH.toSeconds() + " s");
        try (PostgresSource server = PostgresSource.start();
                Mirror mirror = new Mirror(server, SHARDS.toArray(String[]::new))
                        .with("batchSize", 17)
                        .with("maxTransactionRows", 5000)) {
            mirror.startLoaded().kill9();
            Map<String, Reference> references = new LinkedHashMap<>();
            SHARDS.forEach(shard -> references.put(shard, Reference.of(mirror.source(shard))));

            long committed = underTraffic(mirror, () -> faultsUntilTheEnd(mirror, server));

            mirror.kill9();
            mirror.start();
            mirror.awaitApplied();
            System.out.println("CrashCampaign: " + committed + " transactions, "
                    + mirror.readModel().queryString("select count(*)::text from applied") + " changes, " + faults);
            mirror.assertNothingAppliedTwice();
            references.forEach((shard, reference) -> reference.assertAppliedExactly(mirror, shard));
            mirror.assertViewsEqualSources();
            assertThat(faults.keySet()).as("kinds of faults").contains("process", "crash point", "walsender", "server");
        }
    }

    private long underTraffic(Mirror mirror, Runnable work) {
        Duration pause = Duration.ofMillis(40);
        try (Traffic first = Traffic.wild(mirror.source(SHARDS.get(0)), SEED, 3, pause);
                Traffic second = Traffic.wild(mirror.source(SHARDS.get(1)), SEED + 1, 3, pause);
                PairReader reader = new PairReader(mirror.readModel())) {
            work.run();
            reader.assertNothingTorn();
            return first.committed() + second.committed();
        }
    }

    private void faultsUntilTheEnd(Mirror mirror, PostgresSource server) {
        long end = System.nanoTime() + LENGTH.toNanos();
        while (System.nanoTime() < end) {
            int dice = random.nextInt(10);
            if (dice < 3) {
                String point = random.nextBoolean() ? MirrorMain.APPLIED : MirrorMain.ACKNOWLEDGED;
                crashAt(mirror, point, 1 + random.nextInt(60));
            } else {
                ForkedJvm process = mirror.start();
                process.awaitLine("started", Mirror.PATIENCE);
                if (dice < 6) {
                    connectionsDie(mirror, process);
                } else if (dice < 8) {
                    mirror.awaitMoved();
                    server.killAndRestart();
                    count("server");
                    mirror.awaitMoved();
                }
                process.killAtRandom(random, Duration.ZERO, Duration.ofSeconds(3));
                count("process");
            }
            mirror.assertSlotsNotAhead();
        }
    }

    /** Where a point is not reached in time, the pipeline must at least be going forward; it is killed then all the same. */
    private void crashAt(Mirror mirror, String point, int time) {
        ForkedJvm process = mirror.start(jvm -> jvm.crashAt(point, time));
        try {
            process.killAtCrashPoint(Mirror.PATIENCE);
            count("crash point");
        } catch (IllegalStateException e) {
            System.out.println("CrashCampaign: " + point + " was not reached " + time + " times: " + e.getMessage());
            mirror.awaitMoved();
            process.kill9();
            count("crash point not reached");
        }
    }

    private void connectionsDie(Mirror mirror, ForkedJvm process) {
        for (int i = 0; i < 3 && process.isAlive(); i++) {
            mirror.awaitMoved();
            for (String shard : SHARDS) {
                mirror.source(shard).queryString(KILL_WALSENDER);
                count("walsender");
            }
        }
    }

    private void count(String fault) {
        faults.merge(fault, 1, Integer::sum);
    }

    /** Reads pairs all the time, as a user would: both rows are there and equal, or neither. */
    private static final class PairReader implements AutoCloseable {
        private static final String TORN = """
                select count(*) from (select shard, id, n from b_view where id < 0) b
                full join (select shard, id, n from c_view where id < 0) c using (shard, id)
                where b.n is distinct from c.n""";

        private final AtomicBoolean stopping = new AtomicBoolean();
        private final AtomicLong looks = new AtomicLong();
        private final AtomicLong torn = new AtomicLong();
        private final AtomicReference<SQLException> failure = new AtomicReference<>();
        private final Thread thread;

        PairReader(TestDatabase readModel) {
            thread = new Thread(() -> read(readModel), "pair-reader");
            thread.setDaemon(true);
            thread.start();
        }

        private void read(TestDatabase readModel) {
            try (Connection connection = readModel.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                while (!stopping.get()) {
                    try (ResultSet result = statement.executeQuery(TORN)) {
                        result.next();
                        torn.addAndGet(result.getLong(1));
                        looks.incrementAndGet();
                    }
                    LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
                }
            } catch (SQLException e) {
                failure.set(e);
            }
        }

        void assertNothingTorn() {
            assertThat((Throwable) failure.get()).isNull();
            assertThat(looks.get()).isPositive();
            assertThat(torn.get()).as("torn pairs in " + looks + " looks").isZero();
        }

        @Override
        public void close() {
            stopping.set(true);
        }
    }
}
