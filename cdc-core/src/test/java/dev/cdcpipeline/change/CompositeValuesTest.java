package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.SchemaDrift;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records in records, for columns of composite types. */
class CompositeValuesTest {

    record Address(
            @Nullable String street,
            @Column("zip") int postalCode,
            @Nullable Point at) {}

    record Point(double x, double y) {}

    record Customer(@Nullable Address address, List<Address> earlier, Optional<Point> home) {}

    record Whole(Row address) {}

    private static final RowLayout POINT = new RowLayout(List.of("x", "y"));
    private static final RowLayout ADDRESS = new RowLayout(List.of("street", "zip", "country", "at"));
    private static final RowLayout CUSTOMER = new RowLayout(List.of("address", "earlier", "home"));
    private static final SourceTable<Customer> CUSTOMERS = SourceTable.of("customer", Customer.class);

    private static Row address(String street, int zip) {
        return new RowOf(ADDRESS, Map.of("street", street, "zip", zip, "country", "CH", "at", point(1, 2)));
    }

    private static Row point(double x, double y) {
        return new RowOf(POINT, Map.of("x", x, "y", y));
    }

    private static Customer customer(Map<String, ?> values) {
        return CUSTOMERS.map(new RowOf(CUSTOMER, values));
    }

    @Test
    void a_composite_value_becomes_a_record_also_in_arrays_and_optionals() {
        Customer customer = customer(
                Map.of("address", address("Way", 8000), "earlier", List.of(address("Old", 1)), "home", point(3, 4)));

        assertThat(customer.address()).isEqualTo(new Address("Way", 8000, new Point(1, 2)));
        assertThat(customer.earlier()).containsExactly(new Address("Old", 1, new Point(1, 2)));
        assertThat(customer.home()).contains(new Point(3, 4));
        assertThat(customer(Map.of()).address()).isNull();
        assertThat(customer(Map.of()).home()).isEmpty();
    }

    @Test
    void a_row_component_has_it_as_it_is() {
        Row address = address("Way", 1);

        assertThat(SourceTable.of("customer", Whole.class)
                        .map(RowOf.column("address", address))
                        .address())
                .isSameAs(address);
    }

    @Test
    void a_field_that_is_missing_or_of_another_type_is_drift_named_by_its_path() {
        Row withoutZip = new RowOf(new RowLayout(List.of("street", "at")), Map.of());
        Row otherZip = new RowOf(
                new RowLayout(List.of("street", "zip", "at"), List.of("text", "text", "point")), Map.of("zip", "8000"));

        assertThatThrownBy(() -> customer(Map.of("address", withoutZip)))
                .isInstanceOf(SchemaDrift.class)
                .hasMessageContainingAll("public.customer.address has no column 'zip'", "'postalCode'", "[street, at]");
        assertThatThrownBy(() -> customer(Map.of("earlier", List.of(otherZip))))
                .isInstanceOf(SchemaDrift.class)
                .hasMessageContaining("public.customer.earlier.zip (text)");
        assertThatThrownBy(() -> customer(Map.of("address", 5))).isInstanceOf(SchemaDrift.class);
    }

    @Test
    void null_in_a_primitive_of_it_is_one_values_trouble() {
        assertThatThrownBy(() -> customer(Map.of("home", new RowOf(POINT, Map.of("x", 1.0)))))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("public.customer.home.y is null");
    }

    @Test
    void fields_are_checked_at_the_start() {
        RecordColumn address = CUSTOMERS.columns().get(0);
        ValueType real = ValueType.of(Double.class);
        ValueType point = ValueType.rowOf(Map.of("x", real, "y", real));
        Map<String, ValueType> fields = new LinkedHashMap<>();
        fields.put("street", ValueType.of(String.class));
        fields.put("zip", ValueType.of(Short.class));
        fields.put("country", ValueType.of(String.class));
        fields.put("at", point);

        assertThat(address.accepts(ValueType.rowOf(fields))).isTrue();
        assertThat(CUSTOMERS.columns().get(1).accepts(ValueType.listOf(ValueType.rowOf(fields))))
                .isTrue();
        assertThat(CUSTOMERS.columns().get(1).accepts(ValueType.rowOf(fields))).isFalse();
        assertThat(CUSTOMERS.columns().get(2).accepts(point)).isTrue();
        fields.put("zip", ValueType.of(Long.class));
        assertThat(address.accepts(ValueType.rowOf(fields))).isFalse();
        fields.remove("zip");
        assertThat(address.accepts(ValueType.rowOf(fields))).isFalse();
        assertThat(address.accepts(ValueType.of(Long.class))).isFalse();
    }
}
