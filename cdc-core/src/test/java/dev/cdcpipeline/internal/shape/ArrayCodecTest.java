package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.arrayOf;
import static dev.cdcpipeline.internal.shape.Types.builtIn;
import static dev.cdcpipeline.internal.shape.Types.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.ValueType;
import dev.cdcpipeline.failure.ConversionException;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArrayCodecTest {
    private static final PgType TEXTS = arrayOf(builtIn("text"));
    private static final PgType NUMBERS = arrayOf(builtIn("int4"));

    @Test
    void a_null_is_no_text() {
        assertThat(value(TEXTS, "{NULL,\"NULL\",null,\"\"}")).isEqualTo(Arrays.asList(null, "NULL", "null", ""));
    }

    @Test
    void quotes_and_backslashes_are_the_users() {
        assertThat(value(TEXTS, "{\"a,b\",\"{}\",\"\\\"\\\\\",plain,\" \",\"\\\\\\\\n\"}"))
                .isEqualTo(List.of("a,b", "{}", "\"\\", "plain", " ", "\\\\n"));
    }

    @Test
    void several_dimensions_are_lists_in_lists() {
        assertThat(value(NUMBERS, "{{{1,2}},{{NULL,4}}}"))
                .isEqualTo(List.of(List.of(List.of(1, 2)), List.of(Arrays.asList(null, 4))));
        assertThat(value(NUMBERS, "{}")).isEqualTo(List.of());
    }

    @Test
    void other_lower_bounds_are_in_the_text_only() {
        assertThat(value(NUMBERS, "[2:3]={7,8}")).isEqualTo(List.of(7, 8));
        assertThat(value(NUMBERS, "[-1:-1][0:1]={{7,8}}")).isEqualTo(List.of(List.of(7, 8)));
    }

    @Test
    void boxes_are_apart_by_semicolons() {
        assertThat(value(arrayOf(builtIn("box")), "{(1,1),(0,0);(3,3),(2,2);NULL}"))
                .isEqualTo(Arrays.asList("(1,1),(0,0)", "(3,3),(2,2)", null));
    }

    @Test
    void elements_are_of_the_elements_type() {
        TextCodec codec = TextCodec.of(arrayOf(builtIn("date")));

        assertThat(codec.valueType()).isEqualTo(ValueType.listOf(ValueType.of(LocalDate.class)));
        assertThat(codec.value("{2024-02-29,\"0044-03-15 BC\"}"))
                .isEqualTo(List.of(LocalDate.of(2024, 2, 29), LocalDate.of(-43, 3, 15)));
        assertThatThrownBy(() -> codec.value("{infinity}"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("date 'infinity' has no LocalDate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "{1", "{1}}", "{1,}", "[1:2", "{\"1}", "{{{{{{{1}}}}}}}", "1 2"})
    void what_is_no_array_is_refused(String text) {
        assertThatThrownBy(() -> value(NUMBERS, text))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("cannot be read as");
    }
}
