package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.MirrorProjection;
import dev.cdcpipeline.projection.jdbc.SchemaEvolution;
import dev.cdcpipeline.shard.FirstLoad;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A mirror that follows its source through DDL, with a real engine: equal in the end, also where no row tells of the change. */
class MirrorPipelineIT {
    private Bench bench;

    @BeforeEach
    void create() {
        bench = new Bench().source("db0");
        bench.source()
                .execute(
                        "create table things (id bigint primary key, name text, amount numeric(10,2))",
                        "insert into things select i, 'name ' || i, i from generate_series(1, 500) i");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private CdcPipelineBuilder builder(FirstLoad load, String... tables) {
        JdbcTarget target = JdbcTarget.named("copy", bench.pool());
        for (String table : tables) {
            target = target.project(MirrorProjection.from("public." + table)
                    .into("copy." + table)
                    .createTable()
                    .evolve(SchemaEvolution.ADD_COLUMNS)
                    .build());
        }
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").firstLoad(load).build())
                .target(target);
    }

    /** Every row of the source, and of the mirror, by the source's columns. */
    private void awaitEqual(String table) {
        List<String> columns = bench.source()
                .queryStrings("select quote_ident(attname) from pg_attribute where attrelid = '" + table
                        + "'::regclass and attnum > 0 and not attisdropped order by attnum");
        Bench.eventually(() -> assertThat(bench.readModel()
                        .queryStrings("select quote_ident(attname) from pg_attribute where attrelid = 'copy." + table
                                + "'::regclass"))
                .containsAll(columns));
        String row = "select row(" + String.join(", ", columns) + ")::text from ";
        Bench.eventually(() -> assertThat(Bench.rows(bench.readModel(), row + "copy." + table))
                .containsExactlyInAnyOrderElementsOf(Bench.rows(bench.source(), row + table)));
    }

    @Test
    void a_column_with_a_default_comes_to_rows_that_nobody_touches() throws InterruptedException {
        bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source()
                .execute(
                        "alter table things add column size int default 7",
                        "update things set name = 'x' where id = 1",
                        "delete from things where id = 2",
                        "insert into things values (1000, 'new', 1, 2)");
        awaitEqual("things");
    }

    @Test
    void a_renamed_column_a_dropped_one_and_another_key_come_too() throws InterruptedException {
        bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source()
                .execute(
                        "begin; insert into things values (1001, 'before', 1);"
                                + " alter table things rename name to label;"
                                + " update things set label = 'after' where id = 1001; commit",
                        "alter table things drop column amount",
                        "insert into things values (1002, 'narrow')",
                        "alter table things drop constraint things_pkey, add primary key (label, id)",
                        "update things set label = 'moved' where id = 3",
                        "delete from things where id = 4");
        awaitEqual("things");
        assertThat(bench.readModel()
                        .queryString("select pg_get_constraintdef(oid) from pg_constraint"
                                + " where conrelid = 'copy.things'::regclass and contype = 'p'"))
                .contains("label");
    }

    @Test
    void a_change_of_the_table_while_the_pipeline_stands_still_is_seen_at_its_start() throws InterruptedException {
        bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things")).close();
        bench.source()
                .execute(
                        "insert into things values (1001, 'before', 1)",
                        "alter table things add column size int default 7",
                        "insert into things values (1002, 'after', 1)");
        CdcPipeline again = bench.start(builder(FirstLoad.INCREMENTAL, "things"));
        bench.awaitApplied(again);
        awaitEqual("things");
    }

    @Test
    void a_change_of_the_table_that_no_row_follows_comes_all_the_same() throws InterruptedException {
        bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source()
                .execute("alter table things rename name to label", "alter table things add column size int default 7");
        awaitEqual("things");
    }

    @Test
    void a_column_that_differs_from_another_by_case_only_never_takes_its_value() throws InterruptedException {
        bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source()
                .execute("begin; alter table things add column \"NAME\" text;"
                        + " insert into things values (1001, 'lower', 1, 'upper');"
                        + " alter table things rename \"NAME\" to label; commit");
        awaitEqual("things");
        assertThat(bench.readModel().queryString("select name || ' ' || \"NAME\" from copy.things where id = 1001"))
                .isEqualTo("lower upper");
    }

    @Test
    void values_that_were_converted_come_too() throws InterruptedException {
        bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source()
                .execute(
                        "alter table things alter column amount type text using 'about ' || amount",
                        "insert into things values (1001, 'new', 'little')",
                        "alter table things alter column id type numeric, alter column name type varchar(20)",
                        "insert into things values (1002.5, 'newer', 'less')");
        awaitEqual("things");
    }

    @Test
    void a_table_without_a_key_is_mirrored_row_by_row() throws InterruptedException {
        bench.source()
                .execute(
                        "create table entries (val text, n numeric, doc json)",
                        "alter table entries replica identity full",
                        "insert into entries select 'old', i % 5, '{}' from generate_series(1, 200) i");
        CdcPipeline pipeline = bench.startLoaded(builder(FirstLoad.SNAPSHOT, "entries"));
        bench.source()
                .execute(
                        "insert into entries select 'new', i % 3, '{\"a\": 1}' from generate_series(1, 50) i",
                        "delete from entries where ctid = (select ctid from entries where n = 1 limit 1)",
                        "update entries set val = 'changed' where n = 2",
                        "insert into entries values (null, null, null), (null, null, null)",
                        "delete from entries where ctid = (select ctid from entries where val is null limit 1)");
        bench.awaitApplied(pipeline);
        awaitEqual("entries");

        bench.source().execute("truncate entries", "insert into entries values ('z', 'NaN', 'null')");
        bench.awaitApplied(pipeline);
        awaitEqual("entries");
    }

    @Test
    void a_table_that_cannot_be_read_in_chunks_streams_on_after_it_was_altered() throws InterruptedException {
        bench.source()
                .execute(
                        "create table entries (id int[] primary key, val text)",
                        "insert into entries values ('{1}', 'old')");
        CdcPipeline pipeline = bench.startLoaded(builder(FirstLoad.SNAPSHOT, "entries"));
        bench.source()
                .execute(
                        "insert into entries values ('{2}', 'before')",
                        "alter table entries add size int", "insert into entries values ('{3}', 'after', 3)");
        awaitEqual("entries");
        bench.awaitApplied(pipeline);
        Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
    }

    @Test
    void a_table_that_has_lost_its_key_is_streamed_on_also_after_a_restart() throws InterruptedException {
        CdcPipeline first = bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source()
                .execute(
                        "alter table things drop constraint things_pkey",
                        "alter table things replica identity full",
                        "insert into things values (1, 'twice', 1)",
                        "delete from things where id = 2");
        awaitEqual("things");
        Bench.eventually(() -> assertThat(bench.status(first).state()).isEqualTo(ShardState.STREAMING));
        first.close();

        CdcPipeline again = bench.start(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source().execute("insert into things values (1001, 'after', 1)");
        bench.awaitApplied(again);
        awaitEqual("things");
    }

    @Test
    void a_key_that_gets_a_type_by_which_nothing_is_read_in_chunks_does_not_stop_the_stream()
            throws InterruptedException {
        CdcPipeline pipeline = bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things"));
        bench.source()
                .execute(
                        "alter table things alter column id type money using id::numeric::money",
                        "insert into things values (1001, 'after', 1)");
        Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
        bench.source().execute("insert into things values (1002, 'later', 1)");
        bench.awaitApplied(pipeline);
        assertThat(Bench.rows(
                        bench.readModel(), "select name from copy.things where name in ('after', 'later') order by 1"))
                .containsExactly("after", "later");
    }

    @Test
    void a_table_whose_only_key_is_deferrable_is_mirrored_as_one_without_a_key() throws InterruptedException {
        bench.source()
                .execute(
                        "create table entries (id int, val text, primary key (id) deferrable)",
                        "insert into entries select i, 'old' from generate_series(1, 200) i");
        CdcPipeline pipeline = bench.startLoaded(builder(FirstLoad.SNAPSHOT, "entries"));
        bench.source().execute("insert into entries select i, 'new' from generate_series(201, 250) i");
        bench.awaitApplied(pipeline);
        awaitEqual("entries");
    }

    @Test
    void a_deferrable_key_of_a_table_that_logs_whole_rows_is_a_key() throws InterruptedException {
        bench.source()
                .execute(
                        "create table entries (id int, val text, primary key (id) deferrable)",
                        "alter table entries replica identity full",
                        "insert into entries select i, 'old' from generate_series(1, 200) i");
        CdcPipeline pipeline = bench.startLoaded(builder(FirstLoad.INCREMENTAL, "entries"));
        bench.source().execute("update entries set val = 'new' where id < 20", "delete from entries where id = 30");
        bench.awaitApplied(pipeline);
        awaitEqual("entries");
    }

    @Test
    void a_type_that_is_dropped_before_the_stream_comes_there_stops_no_mirror() throws InterruptedException {
        String type = "create type mood as enum ('sad')";
        bench.readModel().execute(type);
        bench.source().execute(type, "alter table things add old mood");
        bench.startLoaded(builder(FirstLoad.INCREMENTAL, "things")).close();
        bench.source()
                .execute(
                        "alter table things add new mood",
                        "insert into things values (1001, 'moody', 1, 'sad', 'sad')",
                        "alter table things drop old, drop new",
                        "drop type mood",
                        "insert into things values (1002, 'after', 1)");
        CdcPipeline again = bench.start(builder(FirstLoad.INCREMENTAL, "things"));
        bench.awaitApplied(again);
        awaitEqual("things");
        assertThat(bench.readModel()
                        .queryString("select concat_ws(' ', pg_typeof(old), old, pg_typeof(new), new)"
                                + " from copy.things where id = 1001"))
                .isEqualTo("mood sad text sad");
    }
}
