package dev.cdcpipeline.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Column;
import dev.cdcpipeline.change.ColumnConverter;
import dev.cdcpipeline.change.Interval;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.internal.postgres.SourceTypes;
import dev.cdcpipeline.internal.shape.TextCodec;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a server has, shown as records. */
class RecordsIT {

    enum Level {
        GOLD,
        NOT_YET
    }

    record Address(@Nullable String street, Integer zip, List<String> lines) {}

    record Preferences(String theme, List<Integer> sizes) {}

    record Span(String text) {}

    record Customer(
            long id,
            Optional<Instant> seen,
            Level level,
            Address address,
            List<Address> earlier,
            List<List<Integer>> board,
            Preferences preferences,
            Map<String, @Nullable String> labels,
            Duration timeout,
            Interval term,
            @Column("total") String totalText,
            List<String> totals,
            Span span,
            List<Span> spans,
            List<Span> boxes) {}

    private static TestDatabase database;
    private static SourceTypes types;

    @BeforeAll
    static void create() {
        database = PostgresSource.shared().freshDatabase("records");
        database.execute(
                "create extension hstore",
                "create type level as enum ('gold', 'not yet')",
                "create type address as (street text, zip int, country text, lines text[])",
                "create table customer (id int, seen timestamptz, level level, address address, earlier address[],"
                        + " board int[], preferences jsonb, labels hstore, timeout interval, term interval,"
                        + " total numeric, totals numeric[], span int4range, spans int4range[], boxes box[],"
                        + " of_no_component point)");
        types = new SourceTypes(PostgresShard.named("db0")
                .host(database.source().host())
                .port(database.source().port())
                .database(database.name())
                .user(database.source().username())
                .password(database.source().password())
                .build());
    }

    @AfterAll
    static void drop() {
        types.close();
        database.close();
    }

    /** A row as it streams: texts, and the types to read them by. */
    private record TextRow(RowLayout layout, List<TextCodec> codecs, List<@Nullable String> texts) implements Row {

        @Override
        public @Nullable Object value(int index) {
            String text = texts.get(index);
            return text == null ? null : codecs.get(index).value(text);
        }

        @Override
        public @Nullable String text(int index) {
            return texts.get(index);
        }

        @Override
        public boolean isUnchanged(int index) {
            return false;
        }

        @Override
        public boolean hasUnchanged() {
            return false;
        }
    }

    private static TextRow row(String values) throws SQLException {
        List<String> columns = new ArrayList<>();
        List<String> sqlTypes = new ArrayList<>();
        List<TextCodec> codecs = new ArrayList<>();
        List<@Nullable String> texts = new ArrayList<>();
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            statement.execute("truncate customer");
            statement.execute("insert into customer values (" + values + ")");
            try (ResultSet column = statement.executeQuery("select attname, atttypid, atttypmod from pg_attribute"
                    + " where attrelid = 'customer'::regclass and attnum > 0 order by attnum")) {
                while (column.next()) {
                    columns.add(column.getString(1));
                    codecs.add(TextCodec.of(types.type(column.getInt(2)), types));
                    sqlTypes.add(types.sqlName(column.getInt(2), column.getInt(3)));
                }
            }
            String asText = "select \"" + String.join("\"::text, \"", columns) + "\"::text from customer";
            try (ResultSet row = statement.executeQuery(asText)) {
                row.next();
                for (int i = 1; i <= columns.size(); i++) {
                    texts.add(row.getString(i));
                }
            }
        }
        return new TextRow(new RowLayout(columns, sqlTypes), codecs, texts);
    }

    private static final SourceTable<Customer> CUSTOMERS =
            SourceTable.of("customer", Customer.class).with(ColumnConverter.of(Span.class, Span::new));

    @Test
    void every_component_is_accepted_and_has_what_the_server_has() throws SQLException {
        TextRow row = row("7, '2024-02-29 12:00+02', 'not yet', row('Way, \"1\"', 8000, 'CH', '{a,\"b \\\"c\",NULL}'),"
                + " array[row('Old', null, null, '{}')::address, null], '{{1,2},{3,NULL}}',"
                + " '{\"theme\": \"dark\", \"sizes\": [1, 2], \"more\": {}}', 'a=>1, b=>NULL', '-90 seconds',"
                + " '1 year -2 days 03:00', 'NaN', '{1.50,NaN,Infinity}', '[1,5)', '{\"[1,5)\",empty,NULL}',"
                + " '{(1,1),(0,0);(3,3),(2,2)}', '(1,2)'");

        Customer customer = CUSTOMERS.map(row);

        assertThat(CUSTOMERS.columns())
                .allSatisfy(column -> assertThat(column.accepts(row.codecs()
                                .get(row.layout().indexOf(column.column()))
                                .valueType()))
                        .as("%s", column)
                        .isTrue());
        assertThat(customer)
                .isEqualTo(new Customer(
                        7,
                        Optional.of(Instant.parse("2024-02-29T10:00:00Z")),
                        Level.NOT_YET,
                        new Address("Way, \"1\"", 8000, Arrays.asList("a", "b \"c", null)),
                        Arrays.asList(new Address("Old", null, List.of()), null),
                        List.of(List.of(1, 2), Arrays.asList(3, null)),
                        new Preferences("dark", List.of(1, 2)),
                        customer.labels(),
                        Duration.ofSeconds(-90),
                        new Interval(12, -2, 3 * 3_600_000_000L),
                        "NaN",
                        List.of("1.50", "NaN", "Infinity"),
                        new Span("[1,5)"),
                        Arrays.asList(new Span("[1,5)"), new Span("empty"), null),
                        List.of(new Span("(1,1),(0,0)"), new Span("(3,3),(2,2)"))));
        assertThat(customer.labels()).hasSize(2).containsEntry("a", "1").containsEntry("b", null);
    }

    record Total(BigDecimal total) {}

    @Test
    void null_is_null_and_what_has_no_java_value_is_refused_by_name() throws SQLException {
        TextRow row = row("7, null, null, null, null, null, null, null, null, null, 'NaN'");

        Customer customer = CUSTOMERS.map(row);

        assertThat(customer.seen()).isEmpty();
        assertThat(customer.address()).isNull();
        assertThat(customer.preferences()).isNull();
        assertThatThrownBy(() -> SourceTable.of("customer", Total.class).map(row))
                .isInstanceOf(ConversionException.class)
                .hasMessageContainingAll("public.customer.total", "BigDecimal", "use String");
    }
}
