package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.shard.GapPolicy;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A gap whose cause is mended before anybody looks again: a table leaves the publication under a running engine, changes are lost,
 * and it is put back. It is not forgotten before it was dealt with.
 */
class GapMemoryIT {
    private final List<String> gaps = new CopyOnWriteArrayList<>();

    private CdcPipelineBuilder builder(Bench bench, GapPolicy policy, DataSource home) {
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(home))
                .shard(bench.shard("db0").gapPolicy(policy).build())
                .target(bench.views("views"))
                .leaseTime(Duration.ofSeconds(3))
                .watchdogInterval(Duration.ofSeconds(1))
                .listener(new PipelineListener() {
                    @Override
                    public void gap(Finding finding, boolean reloading) {
                        gaps.add(finding.kind() + (reloading ? " reloading" : " refused"));
                    }
                });
    }

    private CdcPipeline streaming(Bench bench, CdcPipelineBuilder builder) throws InterruptedException {
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, 500) i");
        CdcPipeline pipeline = bench.startLoaded(builder);
        // The engine is started once more after the load.
        Bench.eventually(() ->
                assertThat(bench.status(pipeline).counters().engineStarts()).isEqualTo(2));
        Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
        return pipeline;
    }

    private static void loseChanges(Bench bench) {
        bench.source()
                .execute(
                        "alter publication cdc_bench_db0 drop table a",
                        "delete from a where id % 10 = 0",
                        "update a set val = 'changed' where id % 10 = 1",
                        "insert into a values (10001, 'new', 1)");
    }

    private static void putBack(Bench bench) {
        bench.source().execute("alter publication cdc_bench_db0 add table a");
    }

    /** What an operator does about it. */
    private static void seeToIt(Bench bench, CdcPipeline pipeline) throws InterruptedException {
        pipeline.shard("db0").restart();
        Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
        assertThat(pipeline.awaitBackfill(pipeline.backfill("a_view"), Bench.PATIENCE))
                .isTrue();
        assertExactAfter(bench, pipeline);
    }

    private static void assertExactAfter(Bench bench, CdcPipeline pipeline) throws InterruptedException {
        bench.source().execute("insert into a values (10002, 'after', 2)");
        bench.awaitApplied(pipeline);
        bench.assertViewsEqualSources();
    }

    private static HikariDataSource pool(Bench bench, TcpProxy network) {
        PGSimpleDataSource home = new PGSimpleDataSource();
        home.setServerNames(new String[] {network.host()});
        home.setPortNumbers(new int[] {network.port()});
        home.setDatabaseName(bench.readModel().name());
        home.setUser(bench.readModel().source().username());
        home.setPassword(bench.readModel().source().password());
        HikariConfig config = new HikariConfig();
        config.setDataSource(home);
        config.setMaximumPoolSize(4);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(1_000);
        return new HikariDataSource(config);
    }

    @FunctionalInterface
    private interface Ending {
        void of(Bench bench, CdcPipeline pipeline) throws InterruptedException;
    }

    /** Seen and mended while the home database is cut off. */
    private void withoutHome(GapPolicy policy, Ending ending) throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            PostgresSource server = bench.readModel().source();
            TcpProxy network = bench.keep(TcpProxy.to(server.host(), server.port()));
            CdcPipeline pipeline = streaming(bench, builder(bench, policy, bench.keep(pool(bench, network))));
            network.cut();
            loseChanges(bench);
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.RETRYING));
            putBack(bench);
            assertThat(gaps).as("nothing is decided without the home database").isEmpty();

            network.heal();
            ending.of(bench, pipeline);
        }
    }

    @Test
    void a_gap_that_is_seen_while_the_home_database_is_away_is_closed_when_it_is_back() throws InterruptedException {
        withoutHome(GapPolicy.RELOAD, (bench, pipeline) -> {
            Bench.eventually(() -> assertThat(gaps).containsExactly("PUBLICATION_GAP reloading"));
            Bench.eventually(bench::assertViewsEqualSources);
            assertExactAfter(bench, pipeline);
            assertThat(gaps).as("once").hasSize(1);
        });
    }

    @Test
    void a_gap_that_is_seen_while_the_home_database_is_away_is_refused_when_it_is_back() throws InterruptedException {
        withoutHome(GapPolicy.REFUSE, (bench, pipeline) -> {
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.FAILED));
            assertThat(gaps).containsExactly("PUBLICATION_GAP refused");
            assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                    .contains("[db0]", "public.a", "seen earlier");
            seeToIt(bench, pipeline);
        });
    }

    @Test
    void a_standby_refuses_what_the_instance_before_has_refused() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipelineBuilder mending = builder(bench, GapPolicy.REFUSE, bench.pool())
                    .instance("first")
                    .listener(new PipelineListener() {
                        @Override
                        public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
                            if (to == ShardState.FAILED) {
                                putBack(bench); // before the lease is given back
                            }
                        }
                    });
            CdcPipeline first = streaming(bench, mending);
            CdcPipeline second =
                    bench.start(builder(bench, GapPolicy.REFUSE, bench.pool()).instance("second"));
            Bench.eventually(() -> assertThat(bench.status(second).state()).isEqualTo(ShardState.STANDBY));

            loseChanges(bench);
            Bench.eventually(() -> assertThat(bench.status(first).state()).isEqualTo(ShardState.FAILED));
            Bench.eventually(() -> assertThat(bench.status(second).state()).isEqualTo(ShardState.FAILED));

            assertThat(gaps)
                    .as("by each of them")
                    .containsExactly("PUBLICATION_GAP refused", "PUBLICATION_GAP refused");
            assertThat(bench.status(second).lastError().orElseThrow().message()).contains("seen earlier");
            first.close();
            seeToIt(bench, second);
        }
    }

    @Test
    void a_refusal_outlives_the_process_until_an_operator_has_asked_for_a_restart() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = streaming(bench, builder(bench, GapPolicy.REFUSE, bench.pool()));
            loseChanges(bench);
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.FAILED));
            pipeline.close();
            putBack(bench);

            assertRefused(bench);
            assertRefused(bench);

            CdcPipeline console =
                    bench.keep(builder(bench, GapPolicy.REFUSE, bench.pool()).build());
            console.shard("db0").restart();
            CdcPipeline again = bench.startLoaded(builder(bench, GapPolicy.REFUSE, bench.pool()));
            seeToIt(bench, again);
        }
    }

    @Test
    void a_start_that_refuses_is_remembered_by_the_next_one() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            streaming(bench, builder(bench, GapPolicy.REFUSE, bench.pool())).close();
            loseChanges(bench);
            assertRefused(bench);
            putBack(bench);
            assertRefused(bench);

            CdcPipeline reloading = bench.startLoaded(builder(bench, GapPolicy.RELOAD, bench.pool()));
            assertExactAfter(bench, reloading);
            reloading.close();
            CdcPipeline again = bench.startLoaded(builder(bench, GapPolicy.REFUSE, bench.pool()));
            bench.awaitApplied(again);
            bench.assertViewsEqualSources();
        }
    }

    private void assertRefused(Bench bench) {
        PreflightException refusal = catchThrowableOfType(
                PreflightException.class, () -> bench.start(builder(bench, GapPolicy.REFUSE, bench.pool())));
        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage()).contains("[db0]", "public.a", "restart the shard");
        assertThat(refusal.findings()).extracting(Finding::kind).containsExactly(FindingKind.PUBLICATION_GAP);
    }
}
