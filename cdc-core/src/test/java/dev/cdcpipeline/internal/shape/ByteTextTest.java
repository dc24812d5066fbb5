package dev.cdcpipeline.internal.shape;

import static dev.cdcpipeline.internal.shape.Types.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.ConversionException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ByteTextTest {

    @Test
    void bytes_come_in_hex() {
        assertThat(value("bytea", "\\x00ff5C22")).isEqualTo(new byte[] {0, -1, 0x5c, 0x22});
        assertThat(value("bytea", "\\x")).isEqualTo(new byte[0]);
    }

    @Test
    void bytes_come_escaped() {
        assertThat(value("bytea", "a\\\\b\\000\\377")).isEqualTo(new byte[] {'a', '\\', 'b', 0, -1});
        assertThatThrownBy(() -> value("bytea", "\\08")).isInstanceOf(ConversionException.class);
    }

    @Test
    void an_hstore_keeps_empty_texts_and_nulls_apart() {
        PgType hstore = Types.own("hstore", PgType.Kind.BASE);
        Map<String, @Nullable String> expected = new HashMap<>();
        expected.put("a", "1");
        expected.put("b\"c\\", "NULL");
        expected.put("", "");
        expected.put("n", null);

        assertThat(Types.value(hstore, "\"\"=>\"\", \"a\"=>\"1\", \"n\"=>NULL, \"b\\\"c\\\\\"=>\"NULL\""))
                .isEqualTo(expected);
        assertThat(Types.value(hstore, "")).isEqualTo(Map.of());
        assertThatThrownBy(() -> Types.value(hstore, "\"a\"=>")).isInstanceOf(ConversionException.class);
    }
}
