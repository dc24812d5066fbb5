package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.SchemaDrift;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceTableTest {
    private static final RowLayout LAYOUT = new RowLayout(List.of("id", "customer_name", "extra", "st"));

    record Order(
            long id,
            @Nullable String customerName,
            @Column("st") @Nullable String status) {}

    record Twice(long id, @Column("id") long again) {}

    record Nothing() {}

    record Picky(long id) {
        Picky {
            if (id < 0) {
                throw new IllegalStateException("negative");
            }
        }
    }

    private static RowOf row(Map<String, ?> values) {
        return new RowOf(LAYOUT, values);
    }

    @Test
    void components_are_columns_by_snake_case_or_by_annotation_and_other_columns_are_ignored() {
        SourceTable<Order> orders = SourceTable.of("orders", Order.class);

        assertThat(orders.name()).isEqualTo(new TableName("public", "orders"));
        assertThat(orders.columns()).extracting(RecordColumn::column).containsExactly("id", "customer_name", "st");
        assertThat(orders.map(row(Map.of("id", 7L, "customer_name", "Ann", "st", "NEW", "extra", 1))))
                .isEqualTo(new Order(7, "Ann", "NEW"));
        assertThat(orders.map(row(Map.of("id", 7)))).isEqualTo(new Order(7, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "id,id",
        "updatedAt,updated_at",
        "line2,line2",
        "line2Text,line2_text",
        "userID,user_id",
        "a,a",
        "x_y,x_y"
    })
    void names_become_snake_case(String name, String column) {
        assertThat(RecordConstructor.snakeCase(name)).isEqualTo(column);
    }

    @Test
    void null_does_not_fit_a_primitive() {
        assertThatThrownBy(() -> SourceTable.of("shop.orders", Order.class).map(row(Map.of())))
                .isInstanceOf(ConversionException.class)
                .hasMessageContainingAll("shop.orders.id", "'id'", Order.class.getName(), "wrapper");
    }

    @Test
    void a_column_that_does_not_fit_is_named_with_its_sql_type_and_those_of_java() {
        RowLayout altered = new RowLayout(List.of("id", "customer_name", "st"), List.of("text", "text", "text"));

        assertThatThrownBy(() -> SourceTable.of("orders", Order.class).map(new RowOf(altered, Map.of("id", "7"))))
                .isInstanceOf(SchemaDrift.class)
                .hasMessageContainingAll(
                        "public.orders.id (text)", "'id'", Order.class.getName(), "String does not fit long");
    }

    @Test
    void a_value_without_a_java_form_is_named_and_text_is_proposed() {
        record Sum(BigDecimal total) {}
        Row row = new RowWithoutValue(RowOf.text("total", "numeric", "NaN"));

        assertThatThrownBy(() -> SourceTable.of("orders", Sum.class).map(row))
                .isInstanceOf(ConversionException.class)
                .hasMessageContainingAll("public.orders.total", "'total'", "Sum", "no BigDecimal", "use String");
        record Text(String total) {}
        assertThat(SourceTable.of("orders", Text.class).map(row)).isEqualTo(new Text("NaN"));
    }

    /** As a row is whose value has no Java form. */
    private record RowWithoutValue(Row row) implements Row {
        @Override
        public RowLayout layout() {
            return row.layout();
        }

        @Override
        public Object value(int index) {
            throw new ConversionException("NaN has no BigDecimal");
        }

        @Override
        public @Nullable String text(int index) {
            return row.text(index);
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

    @Test
    void a_column_that_is_missing_is_named_with_those_that_are_there() {
        RowOf row = new RowOf(new RowLayout(List.of("id", "name")), Map.of("id", 7L));

        assertThatThrownBy(() -> SourceTable.of("orders", Order.class).map(row))
                .isInstanceOf(SchemaDrift.class)
                .hasMessageContainingAll("public.orders", "'customer_name'", "'customerName'", "[id, name]");
    }

    @Test
    void layouts_may_change_while_it_is_used() {
        SourceTable<Picky> table = SourceTable.of("t", Picky.class);

        for (int i = 0; i < 200; i++) {
            RowLayout layout = new RowLayout(i % 2 == 0 ? List.of("id", "x" + i) : List.of("x" + i, "id"));
            assertThat(table.map(new RowOf(layout, Map.of("id", (long) i))).id())
                    .isEqualTo(i);
        }
    }

    @Test
    void what_the_records_own_constructor_throws_comes_through() {
        assertThatThrownBy(() -> SourceTable.of("t", Picky.class).map(row(Map.of("id", -1L))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("negative");
    }

    @Test
    void a_class_that_cannot_be_shown_is_refused_at_once() {
        assertThatThrownBy(() -> SourceTable.of("t", String.class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SourceTable.of("t", Nothing.class)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SourceTable.of("t", Twice.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'id' twice");
    }
}
