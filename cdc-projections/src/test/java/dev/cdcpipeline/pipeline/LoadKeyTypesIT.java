package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first load reads a table in chunks, by its key: keys of every type that can do so, and one that cannot. */
class LoadKeyTypesIT {
    /** More than two of the 2,048 that are read at once. */
    private static final int ROWS = 5_000;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    record IntKey(int id, String val) {}

    record LongKey(long id, String val) {}

    record ShortKey(short id, String val) {}

    record UuidKey(UUID id, String val) {}

    record TextKey(String id, String val) {}

    record DecimalKey(BigDecimal id, String val) {}

    record DoubleKey(double id, String val) {}

    record DateKey(LocalDate id, String val) {}

    record BytesKey(byte[] id, String val) {}

    record IntTextKey(int a, String b, String val) {}

    record UuidIntKey(UUID a, int b, String val) {}

    /** A key of any other type, as its text. */
    record AsText(String id, String val) {}

    record TwoAsText(String a, String b, String val) {}

    record Event(String id, String val) {}

    /** @param values of the key columns, of which {@code i} counts the rows */
    private record Table(String name, Class<?> type, String keyColumns, String key, String values) {
        static Table of(String name, Class<?> type, String keyType, String values) {
            return new Table(name, type, "id " + keyType, "id", values);
        }

        /** With an order of keys that is not that of the rows. */
        void create(TestDatabase source, TestDatabase target) {
            source.execute(
                    "create table " + name + " (" + keyColumns + ", val text not null, primary key (" + key + "))",
                    "insert into " + name + " select " + values + ", 'v' || i from generate_series(1, " + ROWS
                            + ") i order by md5(i::text)",
                    "analyze " + name);
            target.execute("create table " + name + "_view (" + keyColumns + ", val text, primary key (" + key + "))");
        }
    }

    /** Words that byte order, and the order of a language, put in different places. */
    private static final String WORD =
            "(array['a', 'B', '\u00e4', '_', 'Z-', ' ', 'it''s \"\\'])[i % 7 + 1] || substr(md5(i::text), 1, 20) || i";

    private static final List<Table> TABLES = List.of(
            Table.of("by_int", IntKey.class, "int", "i - 2500"),
            Table.of("by_bigint", LongKey.class, "bigint", "(i - 2500) * 3000000000000000"),
            Table.of("by_smallint", ShortKey.class, "smallint", "i - 2500"),
            Table.of("by_uuid", UuidKey.class, "uuid", "md5(i::text)::uuid"),
            Table.of("by_text", TextKey.class, "text", WORD),
            Table.of("by_varchar", TextKey.class, "varchar(40)", WORD),
            Table.of("by_char", TextKey.class, "char(40)", WORD),
            Table.of("by_numeric", DecimalKey.class, "numeric", "(i - 2500) / 7.0"),
            Table.of("by_double", DoubleKey.class, "double precision", "(i - 2500) / 7.0"),
            Table.of("by_date", DateKey.class, "date", "date '2020-01-01' + i"),
            Table.of("by_bytea", BytesKey.class, "bytea", "decode(md5(i::text), 'hex')"),
            Table.of("by_bc_date", DateKey.class, "date", "date '0003-05-01 BC' + i"),
            Table.of(
                    "by_any_date",
                    AsText.class,
                    "date",
                    "case i when 1 then 'infinity' when 2 then '-infinity' else date '0003-05-01 BC' + i end"),
            Table.of(
                    "by_timestamptz",
                    AsText.class,
                    "timestamptz",
                    "timestamptz '2026-03-28 22:00:00.123456+00' + i * interval '7.000001 min'"),
            Table.of(
                    "by_timestamp",
                    AsText.class,
                    "timestamp",
                    "timestamp '0001-01-01 BC' + i * interval '7.000001 min'"),
            Table.of("by_time", AsText.class, "time", "time '00:00' + i * interval '0.000007 s'"),
            Table.of("by_timetz", AsText.class, "timetz", "(time '00:00' + i * interval '0.000007 s')::text::timetz"),
            Table.of("by_interval", AsText.class, "interval", "(i - 2500) * interval '1 mon 3 days 00:00:00.5'"),
            Table.of("by_real", AsText.class, "real", "((i - 2500) / 7.0)::real"),
            Table.of("by_oid", AsText.class, "oid", "(4294960000 + i)::oid"),
            Table.of("by_inet", AsText.class, "inet", "inet '10.0.0.0/8' + i * 17"),
            Table.of("by_macaddr", AsText.class, "macaddr", "('08002b' || lpad(to_hex(i * 31), 6, '0'))::macaddr"),
            Table.of("by_bits", AsText.class, "varbit", "(i * 7)::bit(20)::varbit"),
            Table.of(
                    "by_domain",
                    AsText.class,
                    "key_of_timestamp",
                    "timestamp '2026-01-01' + i * interval '7.000001 min'"),
            Table.of("by_range", AsText.class, "int4range", "int4range(i - 2500, i)"),
            Table.of("by_other_collation", AsText.class, "text collate \"C\"", WORD),
            new Table(
                    "by_enum_uuid",
                    TwoAsText.class,
                    "a mood, b uuid",
                    "a, b",
                    "(array['sad', 'ok', 'it''s \"so\"'])[i % 3 + 1]::mood, md5(i::text)::uuid"),
            new Table(
                    "by_bool_time",
                    TwoAsText.class,
                    "a bool, b timestamptz",
                    "a, b",
                    "i % 2 = 0, timestamptz '2026-03-28 22:00+00' + i * interval '7 min'"),
            new Table("by_int_text", IntTextKey.class, "a int, b text", "a, b", "i % 3, " + WORD),
            new Table("by_uuid_int", UuidIntKey.class, "a uuid, b int", "a, b", "md5((i % 3)::text)::uuid, i - 2500"));

    private final TestDatabase source = PostgresSource.shared().freshDatabase("source");
    private final TestDatabase target = PostgresSource.shared().freshDatabase("read_model");

    @AfterEach
    void drop() {
        source.close();
        target.close();
    }

    @Test
    void a_table_is_loaded_completely_by_a_key_of_any_of_these_types() throws InterruptedException {
        for (TestDatabase database : List.of(source, target)) {
            database.execute(
                    "create type mood as enum ('sad', 'ok', 'it''s \"so\"')",
                    "create domain key_of_timestamp as timestamp");
        }
        JdbcTarget copies = JdbcTarget.named("copy", target.dataSource());
        for (Table table : TABLES) {
            table.create(source, target);
            copies = copies.project(UpsertProjection.from(SourceTable.of("public." + table.name(), table.type()))
                    .into(table.name() + "_view")
                    .build());
        }
        try (CdcPipeline pipeline = pipeline(FirstLoad.INCREMENTAL, copies)) {
            pipeline.start();
            assertThat(pipeline.awaitLoaded(PATIENCE))
                    .as("loaded in time; status %s", pipeline.status())
                    .isTrue();

            List<String> wrong = new ArrayList<>();
            for (Table table : TABLES) {
                compare(table.name(), wrong);
            }
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void a_key_that_cannot_be_read_in_chunks_is_refused_unless_there_is_no_first_load() throws InterruptedException {
        source.execute(
                "create table event (id int[] primary key, val text not null)",
                "insert into event values ('{1,2}', 'old')");
        target.execute("create table event_view (id int[] primary key, val text)");

        try (CdcPipeline pipeline = pipeline(FirstLoad.INCREMENTAL, eventView())) {
            Throwable refusal = catchThrowable(pipeline::start);
            assertThat(refusal)
                    .isInstanceOf(CdcException.class)
                    .hasMessageContainingAll("public.event", "id", "cannot be read in chunks", "FirstLoad.NONE");
        }
        assertThat(source.queryLong("select count(*) from pg_replication_slots where database = current_database()"))
                .as("slots of the pipeline that was refused")
                .isZero();

        try (CdcPipeline pipeline = pipeline(FirstLoad.NONE, eventView())) {
            pipeline.start();
            source.execute("insert into event values ('{2,3}', 'new')");
            String lsn = source.queryString("select pg_current_wal_insert_lsn()::text");
            assertThat(pipeline.awaitApplied("db0", lsn, PATIENCE)).isTrue();
            assertThat(target.queryStrings("select val from event_view where id = '{2,3}'"))
                    .containsExactly("new");
        }
    }

    private JdbcTarget eventView() {
        return JdbcTarget.named("copy", target.dataSource())
                .project(UpsertProjection.from(SourceTable.of("public.event", Event.class))
                        .into("event_view")
                        .build());
    }

    private CdcPipeline pipeline(FirstLoad firstLoad, JdbcTarget copies) {
        return CdcPipeline.builder()
                .name("keys")
                .shard(Bench.shard("db0", source)
                        .heartbeat(Duration.ofMillis(200))
                        .firstLoad(firstLoad)
                        .build())
                .offsets(JdbcOffsets.in(target.dataSource()))
                .target(copies)
                .build();
    }

    private void compare(String table, List<String> wrong) {
        Set<String> expected = rows(source, table);
        Set<String> actual = rows(target, table + "_view");
        assertThat(expected).as("rows of " + table).hasSize(ROWS);
        if (!actual.equals(expected)) {
            wrong.add(table + ": " + actual.size() + " rows; missing " + some(expected, actual) + ", not of the source "
                    + some(actual, expected));
        }
    }

    private static Set<String> rows(TestDatabase database, String table) {
        return new HashSet<>(Bench.rows(database, "select t::text from " + table + " t"));
    }

    private static List<String> some(Set<String> of, Set<String> without) {
        return of.stream().filter(row -> !without.contains(row)).limit(3).toList();
    }
}
