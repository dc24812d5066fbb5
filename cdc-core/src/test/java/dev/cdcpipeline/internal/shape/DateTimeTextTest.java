package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateTimeTextTest {

    @Test
    void dates_reach_from_before_christ_to_years_of_seven_digits() {
        assertThat(value("date", "2024-02-29")).isEqualTo(LocalDate.of(2024, 2, 29));
        assertThat(value("date", "0001-02-29 BC")).isEqualTo(LocalDate.of(0, 2, 29));
        assertThat(value("date", "4713-01-01 BC")).isEqualTo(LocalDate.of(-4712, 1, 1));
        assertThat(value("date", "5874897-12-31")).isEqualTo(LocalDate.of(5_874_897, 12, 31));
    }

    @Test
    void timestamps_keep_their_microseconds() {
        assertThat(value("timestamp", "2024-02-29 12:00:00")).isEqualTo(LocalDateTime.of(2024, 2, 29, 12, 0));
        assertThat(value("timestamp", "2024-02-29 12:00:00.000001"))
                .isEqualTo(LocalDateTime.parse("2024-02-29T12:00:00.000001"));
        assertThat(value("timestamp", "0044-03-15 01:02:03.5 BC"))
                .isEqualTo(LocalDateTime.of(-43, 3, 15, 1, 2, 3, 500_000_000));
        assertThat(value("timestamp", "294276-12-31 23:59:59.999999"))
                .isEqualTo(LocalDateTime.of(294_276, 12, 31, 23, 59, 59, 999_999_000));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-02-29 10:00:00+00, 2024-02-29T10:00:00Z",
        "2024-02-29 10:00:00.5+05:30, 2024-02-29T04:30:00.500Z",
        "2024-02-29 22:00:00-03:30, 2024-03-01T01:30:00Z",
        "1890-01-01 00:19:32+00:19:32, 1890-01-01T00:00:00Z",
        "0044-03-15 01:02:03+00 BC, -0043-03-15T01:02:03Z",
        "12024-03-15 01:02:03.5+00, +12024-03-15T01:02:03.5Z"
    })
    void timestamps_with_zone_are_told_in_utc(String text, OffsetDateTime expected) {
        assertThat(value("timestamptz", text)).isEqualTo(expected);
        assertThat(((OffsetDateTime) value("timestamptz", text)).getOffset()).isEqualTo(ZoneOffset.UTC);
    }

    @Test
    void a_time_with_zone_keeps_its_zone() {
        assertThat(value("time", "04:05:06.789")).isEqualTo(LocalTime.of(4, 5, 6, 789_000_000));
        assertThat(value("timetz", "04:05:06.789-08"))
                .isEqualTo(OffsetTime.of(4, 5, 6, 789_000_000, ZoneOffset.ofHours(-8)));
        assertThat(value("timetz", "00:00:00+15:59:59"))
                .isEqualTo(OffsetTime.of(0, 0, 0, 0, ZoneOffset.ofHoursMinutesSeconds(15, 59, 59)));
    }

    @ParameterizedTest
    @CsvSource({
        "date, infinity, LocalDate",
        "timestamp, -infinity, LocalDateTime",
        "timestamptz, infinity, OffsetDateTime",
        "time, 24:00:00, LocalTime",
        "interval, -infinity, Interval"
    })
    void what_java_cannot_say_is_told(String type, String word, String javaType) {
        assertThatThrownBy(() -> value(type, word))
                .isInstanceOf(ConversionException.class)
                .hasMessage(type + " '" + word + "' has no " + javaType + ", only a text");
    }

    @Test
    void the_end_of_a_day_has_no_offset_time_either() {
        assertThatThrownBy(() -> value("timetz", "24:00:00+02"))
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("timetz '24:00:00' has no OffsetTime");
    }

    @ParameterizedTest
    @ValueSource(strings = {"20/11/2026", "2026-11-20 x", "2026-13-20", "Fri Nov 20", "2026-11-20 10:00:00+00"})
    void another_date_style_is_not_guessed_at(String text) {
        assertThatThrownBy(() -> value("date", text)).isInstanceOf(ConversionException.class);
    }
}
