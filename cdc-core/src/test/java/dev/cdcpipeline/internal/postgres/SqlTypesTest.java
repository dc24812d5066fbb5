package dev.cdcpipeline.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTypesTest {

    private static SourceColumn column(String sqlType, String baseType, boolean isEnum, boolean isArray) {
        return new SourceColumn("c", sqlType, baseType, isEnum, isArray, true, false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int2",
                "numeric",
                "timestamp",
                "timestamptz",
                "bool",
                "float4",
                "float8",
                "time",
                "date",
                "citext"
            })
    void an_array_whose_unchanged_value_cannot_be_told_from_null_is_not_carried(String element) {
        assertThat(SqlTypes.javaClass(column(element + "[]", element, false, true)))
                .isNull();
        assertThat(SqlTypes.javaClass(column(element, element, false, false))).isNotNull();
    }

    @Test
    void an_array_of_an_enum_is_not_carried_but_the_enum_is() {
        assertThat(SqlTypes.javaClass(column("mood[]", "mood", true, true))).isNull();
        assertThat(SqlTypes.javaClass(column("mood", "mood", true, false))).isEqualTo(String.class);
    }

    @Test
    void arrays_whose_unchanged_value_is_told_are_carried() {
        assertThat(SqlTypes.javaClass(column("integer[]", "int4", false, true))).isEqualTo(Integer.class);
        assertThat(SqlTypes.javaClass(column("bytea[]", "bytea", false, true))).isEqualTo(byte[].class);
    }

    @Test
    void a_domain_of_numeric_comes_as_text_because_debezium_tells_only_its_name() {
        assertThat(SqlTypes.javaClass(column("numeric(10,2)", "numeric", false, false)))
                .isEqualTo(BigDecimal.class);
        assertThat(SqlTypes.javaClass(column("price", "numeric", false, false))).isEqualTo(String.class);
        assertThat(SqlTypes.javaClass(column("label", "text", false, false))).isEqualTo(String.class);
    }

    @Test
    void other_types_are_not_carried() {
        assertThat(SqlTypes.javaClass(column("money", "money", false, false))).isNull();
        assertThat(SqlTypes.javaClass(column("point", "point", false, false))).isNull();
    }
}
