package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.target.TargetSession;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type of a column of the view, as value and as key. */
class UpsertTypesIT {

    record Thing(String id, String val) {}

    private static final SourceTable<Thing> THINGS = SourceTable.of("public.things", Thing.class);

    private static final Set<String> NO_KEY = Set.of(
            "json", "xml", "point", "point[]", "line", "lseg", "box", "box[]", "path", "polygon", "circle", "jsonpath");

    private final Changes things = new Changes("public.things", 1, "id", "val");
    private static TestDatabase database;

    @BeforeAll
    static void createTypes() {
        database = PostgresSource.shared().freshDatabase("upsert_types");
        database.execute(
                "create extension if not exists citext",
                "create extension if not exists hstore",
                "create type mood as enum ('sad', 'so so', 'it''s \"ok\"')",
                "create domain email as varchar(20) check (value like '%@%')",
                "create domain work_email as email",
                "create extension if not exists ltree",
                "create type address as (street text, number int, floors int[])",
                "create domain address_domain as address",
                "create type temperature as range (subtype = numeric)",
                "create domain tags as text[]");
    }

    @AfterAll
    static void drop() {
        database.close();
    }

    @BeforeEach
    void dropView() {
        database.execute("drop table if exists things_view");
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("smallint", "-32768"),
                Arguments.of("integer", "2147483647"),
                Arguments.of("bigint", "-9223372036854775808"),
                Arguments.of("real", "1.5e-10"),
                Arguments.of("double precision", "NaN"),
                Arguments.of("boolean", "true"),
                Arguments.of("numeric", "NaN"),
                Arguments.of("numeric(12,2)", "-1234567890.12"),
                Arguments.of("text", ""),
                Arguments.of("text", "a\"b\\c{d,e}'f NULL\n\t\u00e4\uD83D\uDE00"),
                Arguments.of("text", "NULL"),
                Arguments.of("varchar(10)", "0123456789"),
                Arguments.of("char(5)", "ab"),
                Arguments.of("\"char\"", "x"),
                Arguments.of("name", "pg_class"),
                Arguments.of("citext", "MiXed"),
                Arguments.of("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                Arguments.of("date", "0044-03-15 BC"),
                Arguments.of("date", "infinity"),
                Arguments.of("time", "24:00:00"),
                Arguments.of("timetz", "12:00:00+05:30"),
                Arguments.of("timestamp", "2026-11-20 10:11:12.123456"),
                Arguments.of("timestamp(3)", "2026-11-20 10:11:12.123"),
                Arguments.of("timestamptz", "2026-11-20 10:11:12.123456+00"),
                Arguments.of("timestamptz", "infinity"),
                Arguments.of("interval", "1 year 2 mons 3 days 04:05:06.789"),
                Arguments.of("bytea", "\\x00ff5c22"),
                Arguments.of("json", "{\"a\": [1, \"x\\\"y\"],  \"a\": null}"),
                Arguments.of("json", "null"),
                Arguments.of("jsonb", "{\"a\": [1, \"x\\\"y\\\\\"]}"),
                Arguments.of("xml", "<a b=\"c\">\\</a>"),
                Arguments.of("mood", "it's \"ok\""),
                Arguments.of("email", "a@b.c"),
                Arguments.of("work_email", "a@b.c"),
                Arguments.of("tags", "{a,\"b c\",NULL}"),
                Arguments.of("inet", "10.0.0.1/8"),
                Arguments.of("macaddr", "08:00:2b:01:02:03"),
                Arguments.of("bit(3)", "101"),
                Arguments.of("bit varying(5)", "10101"),
                Arguments.of("int4range", "[1,5)"),
                Arguments.of("point", "(1.5,2)"),
                Arguments.of("tsvector", "'a':1 'b\\\\':2"),
                Arguments.of("money", "$1,234.50"),
                Arguments.of("money", "-$0.05"),
                Arguments.of("money[]", "{\"$1,234.50\",NULL}"),
                Arguments.of("numeric", "-Infinity"),
                Arguments.of("numeric(10,2)", "NaN"),
                Arguments.of("real", "-0"),
                Arguments.of("double precision", "-Infinity"),
                Arguments.of("double precision", "5e-324"),
                Arguments.of("char(5)[]", "{\"ab   \",NULL}"),
                Arguments.of("bit(3)[]", "{101,NULL}"),
                Arguments.of("varbit", ""),
                Arguments.of("interval", "-1 years -2 mons +3 days -04:05:06.789"),
                Arguments.of("interval", "00:00:00"),
                Arguments.of("timestamp", "0044-03-15 10:11:12 BC"),
                Arguments.of("timestamp", "-infinity"),
                Arguments.of("timestamp", "294276-12-31 23:59:59.999999"),
                Arguments.of("timetz", "24:00:00-15:59"),
                Arguments.of("date[]", "{\"0044-03-15 BC\",infinity}"),
                Arguments.of("macaddr8", "08:00:2b:01:02:03:04:05"),
                Arguments.of("cidr", "10.0.0.0/8"),
                Arguments.of("tsrange", "[\"2026-01-01 00:00:00\",)"),
                Arguments.of("numrange", "empty"),
                Arguments.of("int4multirange", "{[1,5),[7,9)}"),
                Arguments.of("line", "{1,2,3}"),
                Arguments.of("lseg", "[(1,2),(3,4)]"),
                Arguments.of("box", "(3,4),(1,2)"),
                Arguments.of("box[]", "{(3,4),(1,2);(5,6),(1,2)}"),
                Arguments.of("path", "[(1,2),(3,4)]"),
                Arguments.of("polygon", "((1,2),(3,4))"),
                Arguments.of("circle", "<(1,2),3>"),
                Arguments.of("point[]", "{\"(1,2)\",NULL}"),
                Arguments.of("tsquery", "'a' & 'b'"),
                Arguments.of("jsonpath", "$.\"a\""),
                Arguments.of("xml", "<?xml version=\"1.0\"?><!DOCTYPE a><a/>"),
                Arguments.of("xml", "a<b/>c"),
                Arguments.of("ltree", "a.b.c"),
                Arguments.of("pg_lsn", "16/B374D848"),
                Arguments.of("address", "(\"High St, 1\",,\"{1,NULL}\")"),
                Arguments.of("address[]", "{\"(\\\"a \\\"\\\"b\\\"\\\"\\\",1,)\",NULL}"),
                Arguments.of("address_domain", "(a,1,)"),
                Arguments.of("temperature", "[1.5,2.5)"),
                Arguments.of("int[]", "[2:3]={1,2}"),
                Arguments.of("int[]", "[0:1][2:3]={{1,2},{3,NULL}}"),
                Arguments.of("text[]", "{{a,\"\"},{NULL,\"NULL\"}}"),
                Arguments.of("hstore[]", "{\"\\\"a\\\"=>NULL\"}"),
                Arguments.of("hstore", "\"a\"=>\"1\", \"b\"=>NULL"),
                Arguments.of("int[]", "{}"),
                Arguments.of("int[]", "{1,NULL,3}"),
                Arguments.of("int[]", "{{1,2},{3,4}}"),
                Arguments.of("text[]", "{\"a\\\"b\",\"c\\\\d\",\"{x,y}\",\"\",NULL,\"NULL\"}"),
                Arguments.of("mood[]", "{sad,\"so so\",\"it's \\\"ok\\\"\"}"),
                Arguments.of("jsonb[]", "{\"{\\\"a\\\": 1}\",NULL}"),
                Arguments.of("timestamptz[]", "{\"2026-11-20 10:11:12+00\"}"),
                Arguments.of("oidvector", "1 2 3"),
                Arguments.of("email[]", "{a@b.c,NULL}"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("values")
    void writes_a_value_of_every_type_and_null(String type, String text) {
        view("bigint", type);
        try (TargetSession session = target().open(1)) {
            target().apply(session, things.create("1", text), things.create("2", null));
            assertThat(stored(1)).isEqualTo(text);
            assertThat(database.queryLong("select count(*) from things_view where id = 2 and val is null"))
                    .isEqualTo(1);

            target().apply(session, things.update("1", null), things.update("2", text));
            assertThat(stored(2)).as("by an update").isEqualTo(text);
            assertThat(database.queryLong("select count(*) from things_view where id = 1 and val is null"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("values")
    void finds_a_row_by_a_key_of_every_type(String type, String text) {
        if (NO_KEY.contains(type)) {
            return; // These types have no equality and cannot be a key.
        }
        view(type, "text");
        try (TargetSession session = target().open(1)) {
            target().apply(session, things.create(text, "old"));
            target().apply(session, things.update(text, "new"));
            assertThat(database.queryStrings("select val from things_view")).containsExactly("new");

            target().apply(session, things.delete(text));
            assertThat(database.queryLong("select count(*) from things_view")).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            numeric  | 1.0   | 1.00
            citext   | Abc   | aBC
            interval | 1 mon | 30 days
            jsonb    | 1.0   | 1.00
            """)
    void folds_keys_that_are_equal_in_another_text(String type, String key, String sameKey) {
        view(type, "text");
        try (TargetSession session = target().open(1)) {
            target().apply(
                            session,
                            things.create(key, "first"),
                            things.read(sameKey, "read ahead of the stream"),
                            things.update(key, "last"));
            assertThat(database.queryStrings("select val from things_view")).containsExactly("last");

            target().apply(session, things.delete(key), things.createMoved(key, sameKey, "moved"));
            assertThat(database.queryStrings("select concat(id, '=', val) from things_view"))
                    .containsExactly(sameKey + "=moved");
        }
    }

    @Test
    void uses_the_index_of_a_char_key() {
        database.execute("create table things_view (id char(12) primary key, val text)");
        database.execute("insert into things_view select i, i from generate_series(1, 50000) i", "analyze things_view");
        try (TargetSession session = target().open(1)) {
            target().apply(session, things.delete("77"), things.delete("78"));
        }
        database.execute("select pg_stat_force_next_flush()");
        assertThat(database.queryLong("select count(*) from things_view")).isEqualTo(49_998);
        assertThat(database.queryLong("select seq_tup_read from pg_stat_user_tables where relname = 'things_view'"))
                .as("rows read by full scans: those of the counts above only")
                .isLessThan(120_000);
    }

    @Test
    void refuses_a_value_that_is_too_long_instead_of_cutting_it_off() {
        view("bigint", "varchar(3)");
        try (TargetSession session = target().open(1)) {
            assertThatThrownBy(() -> target().apply(session, things.create("1", "abcd")))
                    .isInstanceOf(CdcException.class)
                    .isNotInstanceOf(TransientFailure.class)
                    .hasMessageContaining("[db0] target 'read-model'")
                    .hasMessageContaining("public.things_view")
                    .hasMessageContaining("value too long for type character varying(3)")
                    .hasMessageContaining("compare the types of source and target");
        }
        assertThat(database.queryLong("select count(*) from things_view")).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            numeric          | numeric(10,2)
            double precision | real
            """)
    void refuses_a_column_that_would_round(String sourceType, String viewType) {
        view("bigint", viewType);
        Changes typed = Changes.typed("public.things", 1, "id bigint", "val " + sourceType);
        TargetUnderTest target = new TargetUnderTest(
                JdbcTarget.named("read-model", database.dataSource())
                        .project(UpsertProjection.from(THINGS)
                                .into("things_view")
                                .build()),
                typed);
        assertThatThrownBy(() -> target.open(1))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining(
                        "'public.things.val' is " + sourceType + ", but 'public.things_view.val' is " + viewType);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            timestamp without time zone | timestamptz   | 2026-11-20 10:11:12    | 2026-11-20 10:11:12+00
            time without time zone      | timetz        | 10:11:12               | 10:11:12+00
            timestamp with time zone    | timestamp     | 2026-11-20 10:11:12+00 | 2026-11-20 10:11:12
            timestamp without time zone[] | timestamptz[] | {2026-11-20 10:11:12} | {2026-11-20 10:11:12+00}
            """)
    void takes_times_without_a_zone_as_utc_whatever_the_session_has(
            String sourceType, String viewType, String text, String stored) {
        view("bigint", viewType);
        Changes typed = Changes.typed("public.things", 1, "id bigint", "val " + sourceType);
        try (HikariDataSource inTokyo = new HikariDataSource()) {
            inTokyo.setDataSource(database.dataSource());
            inTokyo.setConnectionInitSql("set timezone = 'Asia/Tokyo'");
            TargetUnderTest target = new TargetUnderTest(
                    JdbcTarget.named("read-model", inTokyo)
                            .project(UpsertProjection.from(THINGS)
                                    .into("things_view")
                                    .build()),
                    typed);
            try (TargetSession session = target.open(1)) {
                target.apply(session, typed.create("1", text));
            }
        }
        assertThat(database.queryLong("select count(*) from things_view where val = '" + stored + "'"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"char(3)", "char(3)[]", "varchar(3)[]"})
    void refuses_a_text_that_is_too_long_for_any_column_with_a_length(String type) {
        view("bigint", type);
        String text = type.endsWith("[]") ? "{abcd}" : "abcd";
        try (TargetSession session = target().open(1)) {
            assertThatThrownBy(() -> target().apply(session, things.create("1", text)))
                    .hasMessageContaining("value too long for type character");
        }
    }

    @Test
    void refuses_bits_of_another_length_instead_of_padding_them() {
        view("bigint", "bit(4)");
        try (TargetSession session = target().open(1)) {
            assertThatThrownBy(() -> target().apply(session, things.create("1", "101")))
                    .hasMessageContaining("bit string length 3 does not match type bit(4)");
        }
    }

    private TargetUnderTest target() {
        JdbcTarget target = JdbcTarget.named("read-model", database.dataSource())
                .project(UpsertProjection.from(THINGS).into("things_view").build());
        return new TargetUnderTest(target, things);
    }

    private void view(String keyType, String valueType) {
        database.execute("create table things_view (id " + keyType + " primary key, val " + valueType + ")");
    }

    private String stored(int id) {
        return database.queryString("select val::text from things_view where id = " + id);
    }
}
