package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NumberTextTest {

    @Test
    void integers_reach_to_both_ends_of_their_types() {
        assertThat(value("int2", "-32768")).isEqualTo(Short.MIN_VALUE);
        assertThat(value("int4", "2147483647")).isEqualTo(Integer.MAX_VALUE);
        assertThat(value("int8", "-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(value("oid", "4294967295")).isEqualTo(4_294_967_295L);
    }

    @Test
    void floating_point_numbers_have_their_special_values() {
        assertThat(value("float4", "3.4028235e+38")).isEqualTo(Float.MAX_VALUE);
        assertThat(value("float8", "5e-324")).isEqualTo(Double.MIN_VALUE);
        assertThat(value("float8", "-0")).isEqualTo(-0.0);
        assertThat(value("float8", "NaN")).isEqualTo(Double.NaN);
        assertThat(value("float8", "-Infinity")).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(value("float4", "Infinity")).isEqualTo(Float.POSITIVE_INFINITY);
    }

    @Test
    void a_numeric_keeps_its_scale() {
        assertThat(value("numeric", "-1.1000")).isEqualTo(new BigDecimal("-1.1000"));
        assertThat(value("numeric", "1" + "0".repeat(1000) + ".5"))
                .isEqualTo(BigDecimal.TEN.pow(1000).add(new BigDecimal("0.5")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity"})
    void a_numeric_that_is_no_number_has_no_big_decimal(String word) {
        assertThatThrownBy(() -> value("numeric", word))
                .isInstanceOf(ConversionException.class)
                .hasMessage("numeric '" + word + "' has no BigDecimal, only a text");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$1,234.56 | 1234.56",
                "-$92,233,720,368,547,758.08 | -92233720368547758.08",
                "($1,234.56) | -1234.56",
                "1234.56 | 1234.56",
                "-0.05 | -0.05",
                "$0.00 | 0.00"
            })
    void money_is_its_amount(String text, BigDecimal amount) {
        assertThat(value("money", text)).isEqualTo(amount);
    }

    @Test
    void money_of_another_locale_is_not_guessed_at() {
        assertThatThrownBy(() -> value("money", "1.234,56 €")).isInstanceOf(ConversionException.class);
    }

    @Test
    void booleans_have_a_letter_or_a_word() {
        assertThat(value("bool", "t")).isEqualTo(true);
        assertThat(value("bool", "false")).isEqualTo(false);
    }
}
