package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.arrayOf;
import static dev.cdcpipeline.internal.shape.Types.builtIn;
import static dev.cdcpipeline.internal.shape.Types.composite;
import static dev.cdcpipeline.internal.shape.Types.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.ConversionException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CompositeCodecTest {
    private static final int OID = 16_400;

    @Test
    void a_missing_field_is_null_and_a_quoted_one_may_be_empty() {
        Row row = (Row) value(composite(builtIn("int4"), builtIn("text"), builtIn("text")), "(1,,\"\")");

        assertThat(row.layout().columns()).containsExactly("f0", "f1", "f2");
        assertThat(row.value("f0")).isEqualTo(1);
        assertThat(row.value("f1")).isNull();
        assertThat(row.value("f2")).isEqualTo("");
        assertThat(row.text("f0")).isEqualTo("1");
        assertThat(row.layout().sqlType(0)).isEqualTo("int4");
        assertThat(row.hasUnchanged()).isFalse();
    }

    @Test
    void quotes_and_backslashes_are_doubled() {
        Row row = (Row) value(composite(builtIn("text"), builtIn("text")), "(\"a,(b) \"\"\\\\\",c\\,d)");

        assertThat(row.value(0)).isEqualTo("a,(b) \"\\");
        assertThat(row.value(1)).isEqualTo("c,d");
    }

    @Test
    void rows_and_arrays_may_be_in_each_other() {
        PgType inner = composite(builtIn("int4"), arrayOf(builtIn("text")));
        PgType outer = composite(arrayOf(inner), inner);

        Row row = (Row) value(outer, """
                ("{""(1,\\\\""{a,\\\\""\\\\""b c\\\\""\\\\""}\\\\"")""}","(2,)")\
                """);

        Row first = (Row) ((List<?>) row.value(0)).get(0);
        assertThat(first.value(0)).isEqualTo(1);
        assertThat(first.value(1)).isEqualTo(List.of("a", "b c"));
        assertThat(((Row) row.value(1)).value(1)).isNull();
    }

    @Test
    void all_values_of_a_type_share_one_layout() {
        TextCodec codec = TextCodec.of(composite(builtIn("int4")));

        assertThat(((Row) codec.value("(1)")).layout()).isSameAs(((Row) codec.value("(2)")).layout());
        assertThat(codec.valueType().fields()).containsOnlyKeys("f0");
    }

    @Test
    void a_value_of_before_the_type_was_altered_is_told_from_one_that_fits() {
        assertThatThrownBy(() -> value(composite(builtIn("int4"), builtIn("text")), "(1)"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContainingAll("shop.address", "fields (1)", "has now (2)", "as text only");
    }

    @Test
    void a_field_that_was_added_while_running_is_asked_for_once() {
        AtomicInteger asked = new AtomicInteger();
        TextCodec codec = TextCodec.of(composite(OID, builtIn("int4")), new Altered(asked));

        assertThat(((Row) codec.value("(1)")).layout().columns()).containsExactly("f0");
        assertThat(((Row) codec.value("(1,a)")).value("f1")).isEqualTo("a");
        assertThat(((Row) codec.value("(2,b)")).value("f1")).isEqualTo("b");
        assertThat(((Row) codec.value("(3)")).value("f0")).isEqualTo(3);
        assertThatThrownBy(() -> codec.value("(4,c,d)")).isInstanceOf(ConversionException.class);
        assertThat(asked).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "(1", "(1)x", "(\"1)", "(1\\"})
    void what_is_no_row_is_refused(String text) {
        assertThatThrownBy(() -> value(composite(builtIn("int4")), text))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("shop.address cannot be read as Row");
    }

    private record Altered(AtomicInteger asked) implements PgTypes {

        @Override
        public PgType type(int oid) {
            return composite(OID, builtIn("int4"), builtIn("text"));
        }

        @Override
        public String sqlName(int oid, int modifier) {
            return "";
        }

        @Override
        public PgType named(String sqlName) {
            return type(OID);
        }

        @Override
        public PgType reread(int oid) {
            asked.incrementAndGet();
            return type(oid);
        }
    }
}
