package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.value;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Interval;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IntervalTextTest {

    @ParameterizedTest
    @CsvSource({
        "00:00:00, 0, 0, 0",
        "1 year 2 mons -3 days +04:05:06.789, 14, -3, 14706789000",
        "-1 years -2 mons +3 days -04:05:06.789, -14, 3, -14706789000",
        "1 mon, 1, 0, 0",
        "-00:00:01, 0, 0, -1000000",
        "-00:00:00.000001, 0, 0, -1",
        "1 day, 0, 1, 0",
        "2562047788:00:54.775807, 0, 0, 9223372036854775807",
        "-2562047788:00:54.775808, 0, 0, -9223372036854775808",
        "-178956970 years -8 mons -2147483648 days, -2147483648, -2147483648, 0",
        "178956970 years 7 mons 2147483647 days, 2147483647, 2147483647, 0"
    })
    void months_days_and_microseconds_stay_apart(String text, int months, int days, long microseconds) {
        assertThat(value("interval", text)).isEqualTo(new Interval(months, days, microseconds));
    }
}
