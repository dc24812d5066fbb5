package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.PostgresShardBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** How much WAL a slot makes its server keep. */
class SlotGrowthIT {
    private static final long MEBIBYTE = 1L << 20;

    private final List<FindingKind> found = new CopyOnWriteArrayList<>();

    private CdcPipelineBuilder builder(Bench bench, PostgresShardBuilder shard) {
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(shard.build())
                .target(bench.mirror())
                .watchdogInterval(Duration.ofSeconds(1))
                .listener(new PipelineListener() {
                    @Override
                    public void found(Finding finding) {
                        found.add(finding.kind());
                    }
                });
    }

    private static String foreignWal(Bench bench) {
        bench.source()
                .execute(
                        "create table if not exists foreign_table (id int, filler text)",
                        "insert into foreign_table select i, repeat('x', 500) from generate_series(1, 10000) i");
        return bench.source().queryString("select pg_current_wal_insert_lsn()::text");
    }

    private static void awaitConfirmed(Bench bench, String lsn) {
        Bench.eventually(() -> assertThat(Bench.slots(bench.source(), "confirmed_flush_lsn >= '" + lsn + "'::pg_lsn"))
                .hasSize(1));
    }

    @Test
    void an_idle_captured_set_in_a_busy_database_holds_no_wal_back_also_after_a_restart() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench, bench.shard("db0")));
            awaitConfirmed(bench, foreignWal(bench));
            pipeline.close();

            String later = foreignWal(bench);
            CdcPipeline again = bench.start(builder(bench, bench.shard("db0")));
            awaitConfirmed(bench, later);
            awaitConfirmed(bench, foreignWal(bench));
            assertThat(again.status().shard("db0").appliedTotal()).isZero();
            assertThat(found).isEmpty();
        }
    }

    @Test
    void much_retained_wal_is_warned_of_and_beyond_the_limit_the_shard_stops()
            throws InterruptedException, SQLException {
        try (PostgresSource server = PostgresSource.start();
                Bench bench = new Bench().source("db0", server);
                Connection open = bench.source().dataSource().getConnection();
                Statement statement = open.createStatement()) {
            CdcPipeline pipeline = bench.startLoaded(builder(
                    bench, bench.shard("db0").warnRetainedWal(8 * MEBIBYTE).stopRetainedWal(60 * MEBIBYTE)));
            open.setAutoCommit(false);
            statement.execute("insert into a values (1, 'of an old transaction', 1)"); // pins restart_lsn

            Bench.eventually(() -> {
                if (found.isEmpty()) {
                    foreignWal(bench);
                }
                assertThat(found).containsExactly(FindingKind.RETAINED_WAL);
            });
            assertThat(bench.status(pipeline).findings().get(0).text()).contains("makes the server keep");
            assertThat(bench.status(pipeline).retainedBytes().orElseThrow()).isGreaterThan(8 * MEBIBYTE);
            assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DEGRADED);

            Bench.eventually(() -> {
                foreignWal(bench);
                assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.FAILED);
            });
            assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                    .contains("[db0]", "slot 'cdc_bench_db0'", "makes the server keep", "drop");

            open.commit();
            pipeline.shard("db0").restart();
            bench.awaitApplied(pipeline);
            bench.assertExact();
        }
    }
}
