package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.GapPolicy;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are there already are read at one moment, before the stream begins at that moment. */
class SnapshotLoadIT {
    private static final int ROWS = 20_000;

    private static Bench filled() {
        return fill(new Bench().source("db0"));
    }

    private static Bench fill(Bench bench) {
        bench.source()
                .execute(
                        "insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i",
                        "insert into b select i, 'old', i from generate_series(1, " + ROWS / 4 + ") i",
                        "truncate journal");
        return bench;
    }

    private static CdcPipelineBuilder snapshot(Bench bench) {
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").firstLoad(FirstLoad.SNAPSHOT).build())
                .batchSize(500); // the engine's queue is smaller then than the table
    }

    private static HandlerProjection reads(AtomicInteger count) {
        return HandlerProjection.named("reads").on(Item.A, (change, handle) -> {
            if (change.operation() == Operation.READ) {
                count.incrementAndGet();
            }
        });
    }

    /** The changes of each row that were applied are the last of those that were made. */
    private static void assertLatestApplied(Bench bench) {
        bench.assertViewsEqualSources();
        String columns = "concat_ws(' ', op, tab, id, coalesce(val, '<null>'), coalesce(n::text, '<null>'))";
        for (String row :
                Bench.rows(bench.readModel(), "select distinct tab || ' ' || id from applied where id > -9")) {
            String where = " where tab || ' ' || id = '" + row + "' order by seq";
            List<String> made = Bench.rows(bench.source(), "select " + columns + " from journal" + where);
            List<String> applied = Bench.rows(bench.readModel(), "select " + columns + " from applied" + where);
            assertThat(made).as(row).endsWith(applied.toArray(String[]::new));
        }
    }

    @Test
    void rows_are_exact_under_traffic_and_the_stream_goes_on_where_they_were_read() throws InterruptedException {
        try (Bench bench = filled()) {
            CdcPipeline pipeline;
            try (Traffic traffic = Traffic.on(bench.source())) {
                Bench.eventually(() -> assertThat(traffic.commits()).isPositive());
                pipeline = bench.startLoaded(snapshot(bench).target(bench.mirror()));
                long loaded = traffic.commits();
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(loaded + 20));
            }
            bench.awaitApplied(pipeline);

            assertLatestApplied(bench);
            assertThat(bench.status(pipeline).load())
                    .extracting(LoadProgress::load)
                    .containsExactly(TableLoad.SUCCEEDED, TableLoad.SUCCEEDED);
            assertThat(bench.readModel().queryLong("select count(*) from applied where op = 'TRUNCATE'"))
                    .as("tables that were emptied first")
                    .isEqualTo(2);
        }
    }

    @Test
    void what_was_in_a_view_before_is_gone() throws InterruptedException {
        try (Bench bench = filled()) {
            bench.readModel()
                    .execute(
                            "insert into a_view values ('db0', 1000001, 'ghost', 1)",
                            "insert into a_view values ('db9', 1, 'of another shard', 1)");

            bench.startLoaded(snapshot(bench).target(bench.mirror()));

            assertThat(bench.readModel().queryLong("select count(*) from a_view where shard = 'db9'"))
                    .isEqualTo(1);
            bench.readModel().execute("delete from a_view where shard = 'db9'");
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void empty_tables_are_loaded_too() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(snapshot(bench).target(bench.mirror()));

            assertThat(bench.status(pipeline).load())
                    .extracting(LoadProgress::load)
                    .containsExactly(TableLoad.EMPTY, TableLoad.EMPTY);
            bench.source().execute("insert into a values (1, 'first', 1)");
            bench.awaitApplied(pipeline);
            bench.readModel().execute("delete from applied where op = 'TRUNCATE'");
            bench.assertExact();
        }
    }

    @Test
    void two_targets_share_one_snapshot() throws InterruptedException {
        AtomicInteger reads = new AtomicInteger();
        try (Bench bench = filled();
                TestDatabase secondModel = PostgresSource.shared().freshDatabase("second_model")) {
            secondModel.execute("create table a_copy (id bigint primary key, val text, n int)");
            JdbcTarget second = JdbcTarget.named("second", secondModel.dataSource())
                    .project(UpsertProjection.from(Item.A).into("a_copy").build())
                    .project(reads(reads));
            CdcPipeline pipeline;
            try (Traffic traffic = Traffic.on(bench.source())) {
                pipeline =
                        bench.startLoaded(snapshot(bench).target(bench.mirror()).target(second));
                assertThat(traffic.commits()).isPositive();
            }
            bench.awaitApplied(pipeline);

            assertLatestApplied(bench);
            String rows = "select concat_ws('|', id, val, n) from ";
            assertThat(Bench.rows(secondModel, rows + "a_copy"))
                    .containsExactlyInAnyOrderElementsOf(Bench.rows(bench.source(), rows + "a"));
            assertThat(reads.get()).isBetween(ROWS - 250, ROWS + 250);
            pipeline.close();
            reads.set(0);
            bench.startLoaded(snapshot(bench).target(bench.mirror()).target(second));
            assertThat(reads.get()).as("rows read by a second start").isZero();
        }
    }

    @Test
    void a_table_that_is_added_later_is_loaded_alone_and_beside_the_stream() throws InterruptedException {
        AtomicInteger reads = new AtomicInteger();
        try (Bench bench = filled()) {
            JdbcTarget onlyA = JdbcTarget.named("mirror", bench.pool())
                    .project(UpsertProjection.from(Item.A)
                            .into("a_view")
                            .shardColumn("shard")
                            .build())
                    .project(reads(reads));
            bench.startLoaded(snapshot(bench).target(onlyA)).close();
            assertThat(reads.getAndSet(0)).isEqualTo(ROWS);
            bench.source().execute("delete from a where id = 7", "delete from b where id = 7");

            CdcPipeline both = bench.startLoaded(snapshot(bench)
                    .target(onlyA.project(UpsertProjection.from(Item.B)
                            .into("b_view")
                            .shardColumn("shard")
                            .build())));
            bench.awaitApplied(both);

            bench.assertViewsEqualSources();
            assertThat(reads.get())
                    .as("rows of the first table that were read again")
                    .isZero();
        }
    }

    @Test
    void a_load_whose_connection_breaks_starts_over_and_rows_deleted_meanwhile_are_gone() throws InterruptedException {
        LoadBarrier barrier = LoadBarrier.at(ROWS / 2);
        try (Bench bench = filled()) {
            CdcPipeline pipeline =
                    bench.start(snapshot(bench).target(bench.mirror().project(barrier.projection())));
            barrier.reached().await();
            assertThat(bench.readModel().queryLong("select count(*) from a_view"))
                    .isPositive();

            bench.source().execute("delete from a where id <= 10", """
                    select pg_terminate_backend(pid) from pg_stat_activity
                    where datname = current_database() and application_name like 'Debezium%'""");
            barrier.released().countDown();
            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
            bench.awaitApplied(pipeline);

            assertThat(barrier.rows().get()).as("rows read in all").isGreaterThan(ROWS);
            assertLatestApplied(bench);
        }
    }

    @Test
    void a_load_whose_slot_is_dropped_by_someone_starts_over() throws InterruptedException {
        LoadBarrier barrier = LoadBarrier.at(ROWS / 2);
        try (Bench bench = filled()) {
            CdcPipeline pipeline =
                    bench.start(snapshot(bench).target(bench.mirror().project(barrier.projection())));
            barrier.reached().await();
            bench.source()
                    .execute(
                            "select pg_drop_replication_slot('cdc_bench_db0')",
                            "insert into a values (1000001, 'between two slots', 1)",
                            "delete from a where id <= 10");
            barrier.released().countDown();
            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
            bench.awaitApplied(pipeline);

            assertThat(barrier.rows().get()).as("rows read in all").isGreaterThan(ROWS);
            assertLatestApplied(bench);
        }
    }

    @ParameterizedTest
    @EnumSource(GapPolicy.class)
    void a_slot_that_the_server_gives_up_during_the_load_is_a_gap(GapPolicy policy) throws InterruptedException {
        LoadBarrier barrier = LoadBarrier.at(ROWS / 2);
        try (PostgresSource server = GapIT.small();
                Bench bench = fill(new Bench().source("db0", server))) {
            CdcPipeline pipeline = bench.start(CdcPipeline.builder()
                    .name("bench")
                    .offsets(JdbcOffsets.in(bench.pool()))
                    .shard(bench.shard("db0")
                            .firstLoad(FirstLoad.SNAPSHOT)
                            .gapPolicy(policy)
                            .build())
                    .batchSize(500)
                    .watchdogInterval(Duration.ofSeconds(1))
                    .target(bench.mirror().project(barrier.projection())));
            barrier.reached().await();
            GapIT.outrun(bench);
            bench.source().execute("delete from a where id <= 10");

            if (policy == GapPolicy.REFUSE) {
                Bench.eventually(
                        () -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.FAILED));
                assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                        .contains("is invalidated (wal_status lost", "raise max_slot_wal_keep_size");
            } else {
                assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
                bench.awaitApplied(pipeline);
                bench.assertViewsEqualSources();
            }
        }
    }

    @Test
    void a_target_that_blocks_for_long_does_not_cost_the_load() throws InterruptedException {
        LoadBarrier barrier = LoadBarrier.at(1);
        try (Bench bench = filled()) {
            bench.source()
                    .execute("do $$ begin execute format('alter database %I set"
                            + " idle_in_transaction_session_timeout = 500', current_database()); end $$");
            CdcPipeline pipeline =
                    bench.start(snapshot(bench).target(bench.mirror().project(barrier.projection())));
            barrier.reached().await();
            Bench.eventually(() -> assertThat(bench.source()
                            .queryLong("select count(*) from pg_stat_activity where datname = current_database()"
                                    + " and state = 'idle in transaction' and state_change < now() - interval '1 s'"))
                    .as("the transaction that reads waits for longer than the limit")
                    .isPositive());
            barrier.released().countDown();

            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
            assertThat(barrier.rows().get()).as("rows read").isEqualTo(ROWS);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_slot_that_someone_makes_just_before_the_connector_does_is_not_used() throws Exception {
        boolean wasFirst = false;
        for (int i = 0; i < 5 && !wasFirst; i++) {
            try (Bench bench = filled()) {
                CompletableFuture<Boolean> other = CompletableFuture.supplyAsync(() -> makeSlotFirst(bench));
                CdcPipeline pipeline = bench.start(snapshot(bench).target(bench.mirror()));
                wasFirst = other.get();
                bench.source().execute("insert into a values (1000001, 'later', 1)");
                assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
                bench.awaitApplied(pipeline);

                assertLatestApplied(bench);
                if (wasFirst) {
                    assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                            .contains("slot 'cdc_bench_db0' was there before the snapshot");
                }
            }
        }
        assertThat(wasFirst).as("the other was first").isTrue();
    }

    /** As an owner would that has lost the shard without knowing it yet; false if the connector was first. */
    private static boolean makeSlotFirst(Bench bench) {
        Bench.eventually(() -> assertThat(
                        bench.readModel().queryLong("select count(*) from pg_class where relname = 'cdc_slot'"))
                .isPositive());
        while (bench.readModel().queryLong("select count(*) from cdc_slot where phase = 'SNAPSHOT'") == 0) {
            Thread.onSpinWait();
        }
        try {
            bench.source().execute("select pg_create_logical_replication_slot('cdc_bench_db0', 'pgoutput')");
            return true;
        } catch (RuntimeException e) {
            return false;
        }
    }

    @Test
    void a_load_that_is_paused_starts_over_and_a_backfill_asked_for_meanwhile_waits_for_its_end()
            throws InterruptedException {
        LoadBarrier barrier = LoadBarrier.at(ROWS / 2);
        try (Bench bench = filled()) {
            CdcPipeline pipeline =
                    bench.start(snapshot(bench).target(bench.mirror().project(barrier.projection())));
            barrier.reached().await();
            String backfill = pipeline.backfill("a_view");
            pipeline.shard("db0").pause();
            bench.source().execute("delete from a where id <= 10");
            barrier.released().countDown();
            pipeline.shard("db0").resume();

            assertThat(pipeline.awaitBackfill(backfill, Bench.PATIENCE)).isTrue();
            bench.awaitApplied(pipeline);
            assertLatestApplied(bench);
        }
    }

    @Test
    void an_interrupted_load_can_be_finished_in_another_mode() throws InterruptedException {
        LoadBarrier barrier = LoadBarrier.at(ROWS / 2);
        try (Bench bench = filled()) {
            CdcPipeline first =
                    bench.start(snapshot(bench).target(bench.mirror().project(barrier.projection())));
            barrier.reached().await();
            Thread closing = new Thread(first::close);
            closing.start();
            bench.source().execute("delete from a where id <= 10");
            Bench.join(closing);

            CdcPipeline second = bench.startLoaded(bench.builder().target(bench.mirror()));
            bench.awaitApplied(second);

            assertLatestApplied(bench);
        }
    }

    @Test
    void close_does_not_wait_for_transactions_that_the_slot_waits_for() throws SQLException {
        try (Bench bench = filled();
                Connection open = bench.source().dataSource().getConnection();
                Statement transaction = open.createStatement()) {
            open.setAutoCommit(false);
            transaction.execute("insert into a values (-1, 'open', 1)");
            CdcPipeline pipeline = bench.start(snapshot(bench).target(bench.mirror()));
            Bench.eventually(
                    () -> assertThat(Bench.slots(bench.source(), "active")).hasSize(1));

            assertThat(pipeline.shutdown().isClean()).isTrue();

            bench.assertNothingLeftBehind();
            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
            open.rollback();
        }
    }

    @Test
    void a_slot_of_someone_else_is_left_alone_and_nothing_is_emptied() {
        try (Bench bench = filled()) {
            bench.readModel().execute("insert into a_view values ('db0', 1000001, 'kept', 1)");
            bench.source().execute("select pg_create_logical_replication_slot('cdc_bench_db0', 'pgoutput')");

            assertThatThrownBy(() -> bench.start(snapshot(bench).target(bench.mirror())))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("slot 'cdc_bench_db0' exists, but this pipeline has no offset for it");

            assertThat(bench.readModel().queryLong("select count(*) from a_view"))
                    .isEqualTo(1);
            bench.source().execute("select pg_drop_replication_slot('cdc_bench_db0')");
        }
    }
}
