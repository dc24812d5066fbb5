package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.RejectedChange;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {

    @Test
    void numbers_that_a_double_holds_are_scores() {
        assertThat(Scores.text(5)).isEqualTo("5.0");
        assertThat(Scores.text(-9007199254740992L)).isEqualTo("-9.007199254740992E15");
        assertThat(Scores.text(new BigDecimal("12.340"))).isEqualTo("12.34");
        assertThat(Scores.text(0.1)).isEqualTo("0.1");
        assertThat(Scores.text(Double.NEGATIVE_INFINITY)).isEqualTo("-inf");
    }

    @Test
    void times_are_milliseconds_with_their_microseconds() {
        assertThat(Scores.text(Instant.parse("2024-01-02T03:04:05.123456Z"))).isEqualTo("1.704164645123456E12");
        assertThat(Scores.text(LocalDate.parse("1970-01-02"))).isEqualTo("8.64E7");
        assertThat(Scores.text(Instant.ofEpochMilli(-1))).isEqualTo("-1.0");
    }

    @Test
    void what_a_double_cannot_hold_is_refused() {
        for (Object value : List.of(
                9007199254740993L,
                Double.NaN,
                Float.NaN,
                new BigDecimal("0.12345678901234567890"),
                BigInteger.TEN.pow(400),
                "5")) {
            assertThatThrownBy(() -> Scores.text(value)).isInstanceOf(RejectedChange.class);
        }
    }
}
