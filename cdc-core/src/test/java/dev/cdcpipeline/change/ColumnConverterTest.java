package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnConverterTest {

    sealed interface Payment permits Card, Cash {
        static Payment parse(String text) {
            return text.startsWith("card:") ? new Card(text.substring(5)) : new Cash();
        }
    }

    record Card(String number) implements Payment {}

    record Cash() implements Payment {}

    record Money(BigDecimal amount) {}

    record Invoice(Payment payment, Optional<Money> tip, List<Money> items, List<List<Money>> grid, Money[] array) {}

    record Total(Money total) {}

    private static final ColumnConverter<Payment> PAYMENT = ColumnConverter.of(Payment.class, Payment::parse);
    private static final ColumnConverter<Money> MONEY =
            ColumnConverter.of(Money.class, text -> new Money(new BigDecimal(text)));

    private static Money money(String amount) {
        return new Money(new BigDecimal(amount));
    }

    @Test
    void a_converter_serves_components_of_its_type_and_elements_of_optionals_lists_and_arrays() {
        RowLayout layout = new RowLayout(
                List.of("payment", "tip", "items", "grid", "array"),
                List.of("text", "numeric", "numeric[]", "numeric[]", "numeric[]"));
        Map<String, String> texts = Map.of(
                "payment", "card:1234", "tip", "1.50", "items", "{2.0,NULL}", "grid", "{{1},{2}}", "array", "{3,4}");
        SourceTable<Invoice> table = SourceTable.of("invoice", Invoice.class).with(PAYMENT, MONEY);

        Invoice invoice = table.map(new RowOf(layout, Map.of(), texts));

        assertThat(invoice.payment()).isEqualTo(new Card("1234"));
        assertThat(invoice.tip()).contains(money("1.50"));
        assertThat(invoice.items()).isEqualTo(Arrays.asList(money("2.0"), null));
        assertThat(invoice.grid()).isEqualTo(List.of(List.of(money("1")), List.of(money("2"))));
        assertThat(invoice.array()).containsExactly(money("3"), money("4"));
        assertThat(table.map(new RowOf(layout, Map.of())).tip()).isEmpty();
        assertThat(table.columns()).allMatch(column -> column.accepts(ValueType.listOf(ValueType.of(Long.class))));
        assertThat(table.columns().get(2).accepts(ValueType.of(Long.class))).isFalse();
    }

    @Test
    void a_converter_reaches_into_composite_types_and_wins_over_what_is_built_in() {
        record Line(int quantity) {}
        record Order(Line line) {}
        RowLayout fields = new RowLayout(List.of("quantity"), List.of("text"));
        Row line = new RowOf(fields, Map.of(), Map.of("quantity", "0x10"));

        Order order = SourceTable.of("orders", Order.class)
                .with(ColumnConverter.of(Integer.class, Integer::decode))
                .map(RowOf.column("line", line));

        assertThat(order.line().quantity()).isEqualTo(16);
    }

    @Test
    void a_failure_names_table_column_and_type_but_never_the_value() {
        SourceTable<Total> table = SourceTable.of("shop.invoice", Total.class).with(MONEY);

        assertThatThrownBy(() -> table.map(RowOf.text("total", "text", "s3cret")))
                .isInstanceOf(ConversionException.class)
                .hasMessageContainingAll("shop.invoice.total (text)", "'total'", Money.class.getName())
                .hasMessageContaining(NumberFormatException.class.getName())
                .satisfies(failure -> {
                    for (Throwable each = failure; each != null; each = each.getCause()) {
                        assertThat(each.toString()).doesNotContain("s3cret");
                    }
                })
                .cause()
                .satisfies(cause -> assertThat(cause.getStackTrace()).isNotEmpty());
        SourceTable<Total> none = table.with(ColumnConverter.of(Money.class, ColumnConverterTest::nothing));
        assertThatThrownBy(() -> none.map(RowOf.text("total", "text", "1")))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("returned null");
    }

    @SuppressWarnings({"NullAway", "DataFlowIssue"})
    private static Money nothing(String text) {
        return null;
    }

    @Test
    void the_table_without_it_stays_as_it_was_and_a_later_one_wins() {
        SourceTable<Total> plain = SourceTable.of("invoice", Total.class);
        SourceTable<Total> first = plain.with(ColumnConverter.of(Money.class, text -> money("1")));
        SourceTable<Total> second =
                first.requireFullIdentity().with(ColumnConverter.of(Money.class, text -> money("2")));
        Row row = RowOf.text("total", "text", "x");

        assertThat(first.map(row).total()).isEqualTo(money("1"));
        assertThat(second.map(row).total()).isEqualTo(money("2"));
        assertThat(second.requiresFullIdentity()).isTrue();
        assertThat(plain.columns().get(0).accepts(ValueType.of(Long.class))).isFalse();
        assertThatThrownBy(() -> plain.with(MONEY, MONEY)).hasMessageContainingAll("two converters", "Money");
        assertThatThrownBy(() -> SourceTable.rows("t").with(MONEY)).isInstanceOf(IllegalStateException.class);
    }

    /** As a library or an application brings it. */
    public static final class MoneyService implements ColumnConverter<Money> {
        @Override
        public Class<Money> type() {
            return Money.class;
        }

        @Override
        public Money fromText(String text) {
            return new Money(new BigDecimal(text).negate());
        }
    }

    @Test
    void a_service_is_found_and_one_that_is_given_wins(@TempDir Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(ColumnConverter.class.getName()), MoneyService.class.getName());
        Row row = RowOf.text("total", "numeric", "5");

        SourceTable<Total> found = inLoader(directory, () -> SourceTable.of("invoice", Total.class));

        assertThat(found.map(row).total()).isEqualTo(money("-5"));
        assertThat(found.with(MONEY).map(row).total()).isEqualTo(money("5"));
    }

    private static <T> T inLoader(Path directory, Supplier<T> action) throws IOException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            return action.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
