package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.shard.GapPolicy;
import dev.cdcpipeline.testkit.PostgresSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/**
 * Changes that are lost at the source. Each is detected and named, nothing is applied past it, and a reload makes the target
 * equal to the source again, with what was deleted meanwhile gone.
 */
class GapIT {
    private static final int ROWS = 500;

    private final List<String> gaps = new CopyOnWriteArrayList<>();

    private CdcPipelineBuilder builder(Bench bench, GapPolicy policy, JdbcTarget target) {
        return CdcPipeline.builder()
                .name("bench")
                .offsets(dev.cdcpipeline.offset.jdbc.JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").gapPolicy(policy).build())
                .target(target)
                .leaseTime(Duration.ofSeconds(3))
                .watchdogInterval(Duration.ofSeconds(1))
                .listener(new PipelineListener() {
                    @Override
                    public void gap(Finding finding, boolean reloading) {
                        gaps.add(finding.kind() + (reloading ? " reloading" : " refused"));
                    }
                });
    }

    private Bench loaded(PostgresSource server) throws InterruptedException {
        Bench bench = new Bench().source("db0", server);
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i");
        CdcPipeline pipeline = bench.startLoaded(builder(bench, GapPolicy.REFUSE, bench.views("views")));
        bench.source().execute("insert into a values (10001, 'streamed', 1)");
        bench.awaitApplied(pipeline);
        pipeline.close();
        return bench;
    }

    /** Changes that nobody will see, because they are in the gap. */
    private static void change(Bench bench) {
        bench.source()
                .execute(
                        "delete from a where id % 10 = 0",
                        "update a set val = 'changed' where id % 10 = 1",
                        "insert into a values (10002, 'new', 2) on conflict do nothing");
    }

    /** A start that refuses names the gap with both LSNs and touches nothing; one that may reload makes it good. */
    private void assertRefusedThenReloaded(Bench bench, FindingKind kind, String... texts) throws InterruptedException {
        List<String> before = views(bench);

        PreflightException refusal = catchThrowableOfType(
                PreflightException.class, () -> bench.start(builder(bench, GapPolicy.REFUSE, bench.views("views"))));

        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage()).startsWith("[db0] ").contains(texts).contains("docs/operations.md");
        assertThat(refusal.findings().get(0).kind()).isEqualTo(kind);
        assertThat(refusal.findings().get(0).storedLsn()).isPresent();
        assertThat(views(bench)).isEqualTo(before);
        assertThat(gaps).containsExactly(kind + " refused");

        CdcPipeline reloading = bench.start(builder(bench, GapPolicy.RELOAD, bench.views("views")));
        assertThat(reloading.awaitLoaded(Bench.PATIENCE)).isTrue();
        bench.source().execute("insert into a values (10003, 'after', 3)");
        bench.awaitApplied(reloading);
        bench.assertViewsEqualSources();
        assertThat(gaps).containsExactly(kind + " refused", kind + " reloading");
        reloading.close();

        CdcPipeline again = bench.startLoaded(builder(bench, GapPolicy.REFUSE, bench.views("views")));
        bench.awaitApplied(again);
        bench.assertViewsEqualSources();
    }

    private static List<String> views(Bench bench) {
        return Bench.rows(bench.readModel(), "select concat_ws('|', id, val, n) from a_view order by id");
    }

    @Test
    void a_slot_that_was_dropped() throws InterruptedException {
        try (Bench bench = loaded(PostgresSource.shared())) {
            change(bench);
            bench.source()
                    .execute("select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                            + " where database = current_database()");

            assertRefusedThenReloaded(bench, FindingKind.SLOT_MISSING, "slot 'cdc_bench_db0' is gone", "0/");
        }
    }

    @Test
    void a_slot_that_was_read_by_someone_else_while_an_old_transaction_holds_its_wal()
            throws InterruptedException, SQLException {
        try (Bench bench = loaded(PostgresSource.shared());
                Connection old = bench.source().dataSource().getConnection();
                Statement statement = old.createStatement()) {
            old.setAutoCommit(false);
            statement.execute("insert into b values (1, 'of an old transaction', 1)");
            change(bench);
            bench.source()
                    .execute("select pg_replication_slot_advance(slot_name, pg_current_wal_insert_lsn())"
                            + " from pg_replication_slots where database = current_database()");

            old.commit();
            assertRefusedThenReloaded(
                    bench, FindingKind.SLOT_AHEAD, "was acknowledged up to", "beyond the stored boundary");
        }
    }

    @Test
    void an_offset_that_was_deleted_while_the_slot_stays() throws InterruptedException {
        try (Bench bench = loaded(PostgresSource.shared())) {
            change(bench);
            bench.readModel().execute("delete from cdc_offset");

            assertRefusedThenReloaded(bench, FindingKind.OFFSET_MISSING, "has no offset", "was acknowledged up to");
        }
    }

    @Test
    void a_table_that_was_taken_out_of_the_publication() throws InterruptedException {
        try (Bench bench = loaded(PostgresSource.shared())) {
            bench.source().execute("alter publication cdc_bench_db0 drop table a");
            change(bench);

            List<String> before = views(bench);
            PreflightException refusal = catchThrowableOfType(
                    PreflightException.class,
                    () -> bench.start(builder(bench, GapPolicy.REFUSE, bench.views("views"))));
            assertThat(refusal.getMessage()).contains("[db0]", "publication 'cdc_bench_db0'", "public.a");
            assertThat(views(bench)).isEqualTo(before);

            CdcPipeline reloading = bench.start(builder(bench, GapPolicy.RELOAD, bench.views("views")));
            assertThat(reloading.awaitLoaded(Bench.PATIENCE)).isTrue();
            bench.awaitApplied(reloading);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_table_that_is_taken_out_of_the_publication_under_a_running_engine_and_put_back()
            throws InterruptedException {
        try (Bench bench = loaded(PostgresSource.shared())) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench, GapPolicy.REFUSE, bench.views("views")));
            bench.source().execute("alter publication cdc_bench_db0 drop table a");
            change(bench);
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.FAILED));
            assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                    .contains("[db0]", "publication 'cdc_bench_db0'", "public.a");
            assertThat(gaps).containsExactly("PUBLICATION_GAP refused");

            bench.source().execute("alter publication cdc_bench_db0 add table a");
            pipeline.shard("db0").restart();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
            assertThat(pipeline.awaitBackfill(pipeline.backfill("a_view"), Bench.PATIENCE))
                    .isTrue();
            bench.awaitApplied(pipeline);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_slot_that_the_server_invalidated_while_the_pipeline_was_stopped() throws InterruptedException {
        try (PostgresSource server = small();
                Bench bench = loaded(server)) {
            change(bench);
            outrun(bench);

            assertRefusedThenReloaded(bench, FindingKind.SLOT_LOST, "is invalidated (wal_status lost");
        }
    }

    @Test
    void a_slot_that_is_dropped_under_a_running_engine() throws InterruptedException {
        try (Bench bench = loaded(PostgresSource.shared())) {
            CdcPipeline refusing = bench.startLoaded(builder(bench, GapPolicy.REFUSE, bench.views("views")));
            drop(bench);
            Bench.eventually(() -> assertThat(bench.status(refusing).state()).isEqualTo(ShardState.FAILED));
            assertThat(bench.status(refusing).lastError().orElseThrow().message())
                    .contains("[db0]", "slot 'cdc_bench_db0' is gone", "stored boundary");
            assertThat(refusing.health().status()).isEqualTo(HealthStatus.DOWN);
            refusing.close();
            change(bench);

            CdcPipeline reloading = bench.start(builder(bench, GapPolicy.RELOAD, bench.views("views")));
            assertThat(reloading.awaitLoaded(Bench.PATIENCE)).isTrue();
            drop(bench);
            change(bench);
            bench.source().execute("insert into a values (10004, 'more', 4)");
            Bench.eventually(() -> assertThat(bench.status(reloading).counters().engineStarts())
                    .isGreaterThan(2));
            Bench.eventually(bench::assertViewsEqualSources);
            bench.source().execute("insert into a values (10005, 'after', 5)");
            bench.awaitApplied(reloading);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_slot_that_the_server_invalidates_under_a_running_engine() throws InterruptedException {
        CountDownLatch mended = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        try (PostgresSource server = small();
                Bench bench = loaded(server)) {
            JdbcTarget slow = bench.views("views")
                    .project(HandlerProjection.named("slow").on(Item.A, (change, handle) -> {
                        if (change.after() != null
                                && "blocks".equals(change.after().val())) {
                            blocked.countDown();
                            try {
                                mended.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                    }));
            CdcPipeline pipeline = bench.startLoaded(builder(bench, GapPolicy.RELOAD, slow));
            bench.source().execute("insert into a values (10006, 'blocks', 6)");
            blocked.await();
            outrun(bench);
            mended.countDown();
            change(bench);

            Bench.eventually(() -> assertThat(gaps).contains("SLOT_LOST reloading"));
            Bench.eventually(bench::assertViewsEqualSources);
            bench.awaitApplied(pipeline);
            bench.assertViewsEqualSources();
        }
    }

    /** A server that keeps hardly any WAL for a slot. */
    static PostgresSource small() {
        return PostgresSource.builder()
                .setting("max_slot_wal_keep_size", "1MB")
                .setting("min_wal_size", "32MB")
                .setting("max_wal_size", "32MB")
                .start();
    }

    /** Has the server write so much WAL that it gives the slot up. */
    static void outrun(Bench bench) {
        Bench.eventually(() -> {
            for (int i = 0; i < 3; i++) {
                bench.source().execute("select pg_logical_emit_message(false, 'test', repeat('x', 1000000))");
                bench.source().queryString("select pg_switch_wal()::text");
            }
            bench.source().execute("checkpoint");
            assertThat(Bench.slots(bench.source(), "wal_status = 'lost'")).hasSize(1);
        });
    }

    private static void drop(Bench bench) {
        Bench.eventually(() -> {
            bench.source()
                    .queryStrings("select pg_terminate_backend(active_pid)::text from pg_replication_slots"
                            + " where database = current_database() and active_pid is not null");
            bench.source()
                    .execute("select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                            + " where database = current_database() and not active");
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
        });
    }
}
