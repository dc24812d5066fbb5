package dev.cdcpipeline.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.internal.postgres.SourceTypes;
import dev.cdcpipeline.internal.shape.PgType;
import dev.cdcpipeline.internal.shape.TextCodec;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server writes for a value is read as that value: written back as SQL, the server writes the same. */
class TextCodecIT {
    private static final String[] CANONICAL = {
        "set datestyle = 'ISO'", "set intervalstyle = 'postgres'", "set lc_monetary = 'C'", "set extra_float_digits = 3"
    };

    private static TestDatabase database;
    private static SourceTypes types;
    private static Connection connection;

    @BeforeAll
    static void connect() throws SQLException {
        database = PostgresSource.shared().freshDatabase("values");
        database.execute(
                "create extension hstore",
                "create extension citext",
                "create extension ltree",
                "create schema \"My Shop\"",
                "create type \"My Shop\".mood as enum ('sad', 'in transit')",
                "create domain \"My Shop\".price as numeric(10,2)",
                "create domain \"My Shop\".prices as \"My Shop\".price[]",
                "create type \"My Shop\".part as (name text, \"si,ze\" int[], made timestamptz)",
                "create type \"My Shop\".item as (part \"My Shop\".part, parts \"My Shop\".part[], price \"My Shop\".price)",
                "create type \"My Shop\".nothing as ()");
        types = new SourceTypes(PostgresShard.named("db0")
                .host(database.source().host())
                .port(database.source().port())
                .database(database.name())
                .user(database.source().username())
                .password(database.source().password())
                .build());
        connection = database.dataSource().getConnection();
        try (Statement statement = connection.createStatement()) {
            for (String setting : CANONICAL) {
                statement.execute(setting);
            }
        }
    }

    @AfterAll
    static void disconnect() throws SQLException {
        connection.close();
        types.close();
        database.close();
    }

    static List<SqlLiterals> literals() {
        return SqlLiterals.ALL;
    }

    @ParameterizedTest
    @MethodSource("literals")
    void what_the_server_writes_is_read_as_the_same_value(SqlLiterals literals) throws SQLException {
        PgType type = types.type(oid(literals.type()));
        TextCodec codec = TextCodec.of(type);
        List<String> texts = texts(literals.values().stream()
                .map(value -> SqlValue.quoted(value) + "::" + literals.type())
                .toList());
        List<Object> values = new ArrayList<>();
        for (String text : texts) {
            Object value = codec.value(text);
            assertThat(value).isInstanceOf(codec.valueType().valueClass());
            values.add(value);
        }

        assertThat(texts(values.stream()
                        .map(value -> SqlValue.of(value, literals.type()))
                        .toList()))
                .isEqualTo(texts);
    }

    @ParameterizedTest
    @MethodSource("words")
    void what_java_cannot_say_is_refused_and_its_text_stays(String type, String literal) throws SQLException {
        String text = texts(List.of(SqlValue.quoted(literal) + "::" + type)).get(0);
        TextCodec codec = TextCodec.of(types.type(oid(type)));

        assertThatThrownBy(() -> codec.value(text))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("only a text");
    }

    static List<Object[]> words() {
        Map<String, List<String>> words = Map.of(
                "numeric", List.of("NaN", "Infinity", "-Infinity"),
                "date", List.of("infinity", "-infinity"),
                "timestamp", List.of("infinity", "-infinity"),
                "timestamptz", List.of("infinity", "-infinity"),
                "time", List.of("24:00"),
                "timetz", List.of("24:00+02"),
                "date[]", List.of("{2024-02-29,infinity}"));
        List<Object[]> each = new ArrayList<>();
        words.forEach((type, literals) -> literals.forEach(literal -> each.add(new Object[] {type, literal})));
        return each;
    }

    @Test
    void a_timestamp_with_zone_is_the_same_in_every_zone_of_the_session() throws SQLException {
        TextCodec codec = TextCodec.of(types.type(oid("timestamptz")));
        String[] moments = {"2024-02-29 10:00:00.5+00", "1890-01-01 00:00:00+00", "0044-03-15 01:02:03+00 BC"};
        try (Statement statement = connection.createStatement()) {
            for (String zone : List.of("Asia/Kolkata", "Europe/Amsterdam", "America/St_Johns")) {
                for (String moment : moments) {
                    statement.execute("set timezone = '" + zone + "'");
                    String local =
                            texts(List.of("'" + moment + "'::timestamptz")).get(0);
                    assertThat(codec.value(local)).as(local).isEqualTo(codec.value(moment));
                }
            }
            statement.execute("set timezone = '" + TimeZone.getDefault().getID() + "'");
        }
    }

    @Test
    void types_are_named_as_create_table_takes_them_wherever_they_are() {
        assertThat(types.sqlName(oid("\"My Shop\".mood"), -1)).isEqualTo("\"My Shop\".mood");
        assertThat(types.sqlName(oid("\"My Shop\".mood[]"), -1)).isEqualTo("\"My Shop\".mood[]");
        assertThat(types.sqlName(oid("citext"), -1)).isEqualTo("public.citext");
        assertThat(types.sqlName(oid("numeric"), ((10 << 16) | 2) + 4)).isEqualTo("numeric(10,2)");
        assertThat(types.sqlName(oid("timestamptz"), 3)).isEqualTo("timestamp(3) with time zone");
        assertThat(types.sqlName(oid("int4[]"), -1)).isEqualTo("integer[]");
        assertThat(types.sqlName(oid("bpchar"), -1)).isEqualTo("bpchar");
    }

    private static int oid(String type) {
        return (int) database.queryLong("select " + SqlValue.quoted(type) + "::regtype::oid::bigint");
    }

    private static List<String> texts(List<String> expressions) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            for (String expression : expressions) {
                try (ResultSet row = statement.executeQuery("select (" + expression + ")::text")) {
                    row.next();
                    texts.add(row.getString(1));
                }
            }
        }
        return texts;
    }
}
