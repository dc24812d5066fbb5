package dev.cdcpipeline.internal.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.debezium.util.Strings;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextColumnTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"name", "'quoted'", "`ticked`", "\"double\"", "'", "''", "'it''s'", "\"a\"\"b\"", "'one side"})
    void debezium_finds_a_column_of_any_name(String name) {
        assertThat(Strings.unquoteIdentifierPart(new TextColumn(name, "value").getName()))
                .isEqualTo(name);
    }
}
