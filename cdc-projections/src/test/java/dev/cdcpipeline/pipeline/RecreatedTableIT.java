package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.ShardError;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.MirrorProjection;
import dev.cdcpipeline.projection.jdbc.SchemaEvolution;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A captured table is dropped and created again under its name, which removes its rows without a word in the stream. */
class RecreatedTableIT {
    private static final String CREATE = "create table a (id bigint primary key, val text, n int)";
    private static final String NEW_ROWS = "insert into a select i, 'new', i from generate_series(50, 120) i";

    private static CdcPipelineBuilder builder(Bench bench, FirstLoad load) {
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").firstLoad(load).build())
                .target(bench.views("views"))
                .watchdogInterval(Duration.ofSeconds(1));
    }

    /** Streams, with 100 rows of the old table in the view. */
    private static CdcPipeline streaming(Bench bench, FirstLoad load) throws InterruptedException {
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, 100) i");
        CdcPipeline pipeline = bench.startLoaded(builder(bench, load));
        Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
        bench.awaitApplied(pipeline);
        bench.assertViewsEqualSources();
        return pipeline;
    }

    private static String lastError(Bench bench, CdcPipeline pipeline) {
        return bench.status(pipeline).lastError().map(ShardError::message).orElse("");
    }

    /** In the end, and after changes that come then. */
    private static void assertExact(Bench bench, CdcPipeline pipeline) throws InterruptedException {
        Bench.eventually(bench::assertViewsEqualSources);
        bench.source()
                .execute(
                        "insert into a values (1001, 'after', 1)",
                        "update a set val = 'changed' where id = 60",
                        "delete from a where id = 61");
        bench.awaitApplied(pipeline);
        Bench.eventually(bench::assertViewsEqualSources);
    }

    @Test
    void while_the_pipeline_runs_rows_of_the_old_table_go_and_those_of_the_new_one_come() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = streaming(bench, FirstLoad.INCREMENTAL);
            bench.source().execute("drop table a", CREATE, NEW_ROWS);
            assertExact(bench, pipeline);

            bench.source().execute("drop table a", CREATE);
            bench.source().execute("insert into b values (1, 'other', 1)");
            Bench.eventually(bench::assertViewsEqualSources);
        }
    }

    @Test
    void in_one_transaction_with_changes_before_and_after() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = streaming(bench, FirstLoad.INCREMENTAL);
            bench.source()
                    .execute("begin; insert into a values (300, 'before', 1); insert into b values (300, 'before', 1);"
                            + " drop table a; " + CREATE + "; alter publication cdc_bench_db0 add table a; " + NEW_ROWS
                            + "; insert into b values (301, 'after', 1); commit");
            assertExact(bench, pipeline);
        }
    }

    @Test
    void under_a_publication_for_all_tables() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            bench.source()
                    .execute(
                            "create publication cdc_bench_db0 for all tables with (publish_via_partition_root = true)");
            CdcPipeline pipeline = streaming(bench, FirstLoad.INCREMENTAL);
            bench.source()
                    .execute("begin; update a set val = 'before'; drop table a; " + CREATE + "; " + NEW_ROWS
                            + "; update a set val = 'last' where id = 99; commit");
            assertExact(bench, pipeline);
        }
    }

    /** The last changes of the old table come after the new one is there, and must not pass for rows of the new one. */
    @Test
    void behind_a_backlog_of_changes_of_the_old_table() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = streaming(bench, FirstLoad.INCREMENTAL);
            pipeline.shard("db0").pause();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));
            bench.source()
                    .execute(
                            "insert into a select i, 'late', i from generate_series(1000, 20000) i",
                            "update a set n = 0 where id < 10",
                            "drop table a",
                            CREATE,
                            NEW_ROWS);
            pipeline.shard("db0").resume();
            assertExact(bench, pipeline);
        }
    }

    @Test
    void in_the_middle_of_a_load() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, 60000) i");
            CdcPipeline pipeline = bench.start(builder(bench, FirstLoad.INCREMENTAL));
            Bench.eventually(() -> assertThat(bench.readModel().queryString("select exists (select from a_view)"))
                    .isEqualTo("t"));
            bench.source()
                    .execute("begin; update a set n = -1 where id % 3 = 0; drop table a; " + CREATE + "; " + NEW_ROWS
                            + "; commit");
            assertExact(bench, pipeline);

            bench.source().execute("drop table a", CREATE, NEW_ROWS);
            Bench.eventually(
                    () -> assertThat(bench.status(pipeline).state()).isIn(ShardState.LOADING, ShardState.RETRYING));
            bench.source().execute("drop table a", CREATE, NEW_ROWS);
            assertExact(bench, pipeline);
        }
    }

    @Test
    void a_partitioned_one_with_a_second_target() throws InterruptedException {
        String root = "create table a (id bigint primary key, val text, n int) partition by range (id);"
                + " create table a_low partition of a for values from (0) to (100);"
                + " create table a_high partition of a for values from (100) to (5000)";
        try (Bench bench = new Bench().source("db0")) {
            bench.source()
                    .execute("drop table a", root, "insert into a select i, 'old', i from generate_series(1, 300) i");
            bench.readModel().execute("create table other_view (id bigint primary key, val text, n int)");
            CdcPipeline pipeline = bench.startLoaded(builder(bench, FirstLoad.INCREMENTAL)
                    .target(JdbcTarget.named("other", bench.pool())
                            .project(UpsertProjection.from(Item.A)
                                    .into("other_view")
                                    .build())));
            bench.source()
                    .execute("begin; insert into a values (400, 'before', 1); drop table a; " + root + "; " + NEW_ROWS
                            + "; commit");
            assertExact(bench, pipeline);
            Bench.eventually(
                    () -> assertThat(Bench.rows(bench.readModel(), "select id || val from other_view order by id"))
                            .isEqualTo(Bench.rows(bench.source(), "select id || val from a order by id")));
        }
    }

    @Test
    void with_other_columns_a_mirror_follows() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, 100) i");
            bench.readModel().execute("create schema copy");
            CdcPipeline pipeline = bench.startLoaded(CdcPipeline.builder()
                    .name("bench")
                    .offsets(JdbcOffsets.in(bench.pool()))
                    .shard(bench.shard("db0").build())
                    .target(JdbcTarget.named("mirror", bench.pool())
                            .project(MirrorProjection.from("public.a")
                                    .into("copy.a")
                                    .createTable()
                                    .evolve(SchemaEvolution.ADD_COLUMNS)
                                    .build()))
                    .watchdogInterval(Duration.ofSeconds(1)));
            bench.source()
                    .execute(
                            "begin; insert into a values (300, 'before', 1); drop table a;"
                                    + " create table a (id bigint primary key, size numeric, tags text[]);"
                                    + " alter publication cdc_bench_db0 add table a;"
                                    + " insert into a select i, i / 4.0, array['x', i::text] from generate_series(50, 120) i; commit");
            Bench.eventually(() -> assertThat(bench.readModel()
                            .queryString("select count(*) from pg_attribute"
                                    + " where attrelid = 'copy.a'::regclass and attname in ('size', 'tags')"))
                    .isEqualTo("2"));
            String rows = "select id::text || ' ' || size || ' ' || tags::text from ";
            Bench.eventually(() -> assertThat(Bench.rows(bench.readModel(), rows + "copy.a order by id"))
                    .isEqualTo(Bench.rows(bench.source(), rows + "a order by id")));
        }
    }

    @Test
    void while_the_pipeline_is_stopped_also_without_a_first_load() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.start(builder(bench, FirstLoad.NONE));
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, 100) i");
            bench.awaitApplied(pipeline);
            pipeline.close();
            bench.source()
                    .execute(
                            "insert into a select i, 'late', i from generate_series(1000, 5000) i",
                            "drop table a",
                            CREATE,
                            NEW_ROWS);
            CdcPipeline again = bench.start(builder(bench, FirstLoad.NONE));
            assertExact(bench, again);
        }
    }

    @Test
    void one_that_is_away_for_a_while_brings_the_shard_back_with_all_changes_of_other_tables()
            throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = streaming(bench, FirstLoad.INCREMENTAL);
            bench.source().execute("drop table a", "insert into b values (1, 'meanwhile', 1)");
            Bench.eventually(() -> {
                assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.RETRYING);
                assertThat(lastError(bench, pipeline)).contains("table public.a does not exist");
            });
            bench.source().execute("insert into b values (2, 'meanwhile', 2)", CREATE, NEW_ROWS);
            assertExact(bench, pipeline);
        }
    }

    @Test
    void without_a_key_it_is_refused_until_it_has_one() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.start(CdcPipeline.builder()
                    .name("bench")
                    .offsets(JdbcOffsets.in(bench.pool()))
                    .shard(bench.shard("db0").firstLoad(FirstLoad.NONE).build())
                    .target(JdbcTarget.named("log", bench.pool())
                            .project(HandlerProjection.named("applied").on(Item.A, Bench::log)))
                    .watchdogInterval(Duration.ofSeconds(1)));
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
            bench.source().execute("drop table a", "create table a (id bigint not null, val text, n int)");
            Bench.eventually(() -> assertThat(lastError(bench, pipeline))
                    .contains("table public.a was dropped and created again", "no primary key", "give it such a key"));

            bench.source().execute("alter table a add primary key (id)", "insert into a values (1, 'new', 1)");
            bench.awaitApplied(pipeline);
            assertThat(bench.readModel().queryString("select count(*) from applied where val = 'new'"))
                    .isEqualTo("1");
        }
    }
}
