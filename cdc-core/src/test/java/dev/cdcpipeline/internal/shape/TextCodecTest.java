package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.arrayOf;
import static dev.cdcpipeline.internal.shape.Types.builtIn;
import static dev.cdcpipeline.internal.shape.Types.domainOver;
import static dev.cdcpipeline.internal.shape.Types.own;
import static dev.cdcpipeline.internal.shape.Types.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.ValueType;
import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.internal.shape.PgType.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextCodecTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "varchar",
                "bpchar",
                "name",
                "char",
                "xml",
                "inet",
                "cidr",
                "macaddr",
                "macaddr8",
                "bit",
                "varbit",
                "point",
                "line",
                "lseg",
                "box",
                "path",
                "polygon",
                "circle",
                "tsvector",
                "tsquery",
                "pg_lsn",
                "int2vector"
            })
    void what_java_has_no_type_for_stays_as_postgresql_writes_it(String type) {
        TextCodec codec = TextCodec.of(builtIn(type));

        assertThat(codec.valueType()).isEqualTo(ValueType.of(String.class));
        assertThat(codec.value(" {(1,2)} ")).isEqualTo(" {(1,2)} ");
    }

    @Test
    void so_do_ranges_labels_and_types_that_are_gone() {
        assertThat(value(own("r", Kind.RANGE), "[1,5)")).isEqualTo("[1,5)");
        assertThat(value(own("m", Kind.MULTIRANGE), "{[1,5)}")).isEqualTo("{[1,5)}");
        assertThat(value(own("mood", Kind.ENUM), "in-transit")).isEqualTo("in-transit");
        assertThat(value(PgType.unknown(4711), "(1,2)")).isEqualTo("(1,2)");
        assertThat(value(own("ltree", Kind.BASE), "a.b")).isEqualTo("a.b");
    }

    @Test
    void json_is_text_that_is_known_to_be_json() {
        assertThat(TextCodec.of(builtIn("json")).valueType()).isEqualTo(ValueType.ofJson());
        assertThat(TextCodec.of(builtIn("jsonb")).valueType()).isEqualTo(ValueType.ofJson());
        assertThat(value("jsonb", "null")).isEqualTo("null");
        assertThat(value("json", "{\"a\":1, \"a\" : 2}")).isEqualTo("{\"a\":1, \"a\" : 2}");
    }

    @Test
    void a_domain_is_what_it_is_over() {
        assertThat(value(domainOver(domainOver(builtIn("int4"))), "7")).isEqualTo(7);
        assertThat(value(domainOver(arrayOf(builtIn("int4"))), "{7}")).isEqualTo(List.of(7));
        assertThat(value(arrayOf(domainOver(builtIn("int4"))), "{7}")).isEqualTo(List.of(7));
    }

    @Test
    void a_type_of_a_user_that_is_called_like_one_of_postgresql_is_not_that_one() {
        assertThat(value(own("int4", Kind.BASE), "seven")).isEqualTo("seven");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "int2",
                "int4",
                "int8",
                "oid",
                "float4",
                "float8",
                "numeric",
                "money",
                "bool",
                "date",
                "timestamp",
                "timestamptz",
                "time",
                "timetz",
                "interval",
                "uuid"
            })
    void a_value_that_cannot_be_read_is_never_told(String type) {
        assertThatThrownBy(() -> value(type, "s3cret-99"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContainingAll("SQL type " + type, "only as text")
                .hasMessageNotContaining("s3cret")
                .hasNoCause();
        assertThatThrownBy(() -> value(type, "")).isInstanceOf(ConversionException.class);
    }
}
