package dev.cdcpipeline.internal.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LsnTest {

    @ParameterizedTest
    @ValueSource(strings = {"0/0", "0/16B3748", "1/0", "AB/CDEF01", "7FFFFFFF/FFFFFFFF", "FFFFFFFF/FFFFFFFF"})
    void what_is_read_is_written_the_same(String text) {
        assertThat(Lsn.format(Lsn.parse(text))).isEqualTo(text);
    }

    @Test
    void it_is_the_number_that_debezium_counts_in() {
        assertThat(Lsn.parse("1/2")).isEqualTo(0x1_0000_0002L);
        assertThat(Lsn.parse("ffffffff/ffffffff")).isEqualTo(-1L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "16B3748",
                "/",
                "0/",
                "/0",
                "0/G",
                "-1/0",
                "0/-1",
                "+1/0",
                "0/0/0",
                "123456789/0",
                "0/123456789",
                "0/0 "
            })
    void anything_else_is_refused(String text) {
        assertThatThrownBy(() -> Lsn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }
}
