package dev.cdcpipeline.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MoneyTextTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0.00 | $0.00",
                "-0.05 | -$0.05",
                "999.99 | $999.99",
                "-999.99 | -$999.99",
                "1234.50 | $1,234.50",
                "123456.00 | $123,456.00",
                "1234567.00 | $1,234,567.00",
                "-92233720368547758.08 | -$92,233,720,368,547,758.08"
            })
    void is_what_the_server_writes(BigDecimal amount, String text) {
        assertThat(MoneyText.of(amount)).isEqualTo(text);
    }
}
