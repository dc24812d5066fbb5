package dev.cdcpipeline.internal.decode;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What PostgreSQL 18 read back as the same value, tried with a real server. */
class PostgresTextTest {

    @Test
    void years_before_christ_are_counted_as_postgresql_does() {
        assertThat(PostgresText.date(LocalDate.of(-43, 3, 15))).isEqualTo("0044-03-15 BC");
        assertThat(PostgresText.date(LocalDate.of(0, 12, 31))).isEqualTo("0001-12-31 BC");
        assertThat(PostgresText.date(LocalDate.of(1, 1, 1))).isEqualTo("0001-01-01");
    }

    @Test
    void years_of_five_digits_have_no_sign() {
        assertThat(PostgresText.date(LocalDate.of(9999, 12, 31))).isEqualTo("9999-12-31");
        assertThat(PostgresText.date(LocalDate.of(12024, 3, 5))).isEqualTo("12024-03-05");
    }

    @Test
    void digits_are_latin_wherever_the_process_runs() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            assertThat(PostgresText.date(LocalDate.of(12024, 3, 5))).isEqualTo("12024-03-05");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void timestamps_keep_their_microseconds_and_era() {
        assertThat(PostgresText.timestamp(LocalDateTime.parse("2024-02-29T12:00:00.000001")))
                .isEqualTo("2024-02-29T12:00:00.000001");
        assertThat(PostgresText.timestamp(LocalDateTime.of(-43, 3, 15, 1, 2, 3)))
                .isEqualTo("0044-03-15 01:02:03 BC");
        assertThat(PostgresText.timestamp(LocalDateTime.of(12024, 3, 15, 1, 2, 3, 500_000_000)))
                .isEqualTo("12024-03-15 01:02:03.500");
    }

    @Test
    void timestamps_with_zone_stay_as_debezium_gives_them_where_postgresql_reads_that() {
        assertThat(PostgresText.timestampWithZone("2024-02-29T10:00:00.500000Z"))
                .isEqualTo("2024-02-29T10:00:00.500000Z");
        assertThat(PostgresText.timestampWithZone("infinity")).isEqualTo("infinity");
        assertThat(PostgresText.timestampWithZone("-infinity")).isEqualTo("-infinity");
        assertThat(PostgresText.timestampWithZone("-0043-03-15T01:02:03.000000Z"))
                .isEqualTo("0044-03-15 01:02:03+00 BC");
        assertThat(PostgresText.timestampWithZone("+12024-03-15T01:02:03.500000Z"))
                .isEqualTo("12024-03-15 01:02:03.500+00");
    }

    @Test
    void the_last_moment_of_a_day_is_24_hours() {
        assertThat(PostgresText.time(86_400_000_000L)).isEqualTo("24:00:00");
        assertThat(PostgresText.time(86_399_123_456L)).isEqualTo("23:59:59.123456");
        assertThat(PostgresText.time(0)).isEqualTo("00:00");
    }

    @Test
    void bytes_are_hexadecimal() {
        assertThat(PostgresText.bytes(new byte[] {0, -1, 16})).isEqualTo("\\x00ff10");
        assertThat(PostgresText.bytes(new byte[0])).isEqualTo("\\x");
    }

    @Test
    void arrays_quote_what_could_be_misread() {
        List<String> values = Arrays.asList("a", "b \"q\" \\ ,", null, "NULL", "", "{}");

        assertThat(PostgresText.array(values, Object::toString))
                .isEqualTo("{\"a\",\"b \\\"q\\\" \\\\ ,\",NULL,\"NULL\",\"\",\"{}\"}");
        assertThat(PostgresText.array(List.of(), Object::toString)).isEqualTo("{}");
    }

    @Test
    void arrays_can_be_nested_and_an_element_can_have_no_text() {
        assertThat(PostgresText.array(List.of(List.of(1, 2), List.of(3, 4)), Object::toString))
                .isEqualTo("{{\"1\",\"2\"},{\"3\",\"4\"}}");
        assertThat(PostgresText.array(List.of(1), value -> null)).isEqualTo("{NULL}");
    }
}
