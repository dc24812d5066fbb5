package dev.cdcpipeline.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableNameTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\'',
            value = {
                "orders, public, orders",
                "shop.orders, shop, orders",
                "shop.Mixed Case, shop, Mixed Case",
                "public.\"Mixed Case\", public, Mixed Case",
                "\"My.Schema\".\"T\", My.Schema, T",
                "\"My.Schema\".t, My.Schema, t",
                "\"a.b\", public, a.b",
                "\"say \"\"hi\"\"\".\"\"\"\", 'say \"hi\"', '\"'",
                "schéma.Ünïcode, schéma, Ünïcode",
                "\" \".\" x\", ' ', ' x'"
            })
    void parts_are_as_stored_or_quoted_as_in_sql(String text, String schema, String name) {
        TableName parsed = TableName.parse(text);

        assertThat(parsed).isEqualTo(new TableName(schema, name));
        assertThat(TableName.parse(parsed.toString())).isEqualTo(parsed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".b",
                "a.b.c",
                " ",
                "a. ",
                "\"",
                "\"a",
                "a\"",
                "a\"b",
                "\"a\"b",
                "\"\"",
                "a.\"\"",
                "\"a\".\"b\".\"c\"",
                "\"a\"\".b"
            })
    void what_is_no_name_is_refused(String text) {
        assertThatThrownBy(() -> TableName.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void plain_names_are_shown_without_quotes() {
        assertThat(TableName.parse("orders")).hasToString("public.orders");
        assertThat(TableName.parse("\"Mixed Case\"")).hasToString("public.Mixed Case");
        assertThat(new TableName("a.b", "c")).hasToString("\"a.b\".c");
    }

    @Test
    void a_name_has_63_bytes_in_utf8_at_most() {
        assertThat(TableName.parse("ä".repeat(31) + "b").name()).hasSize(32);
        assertThatThrownBy(() -> TableName.parse("shop." + "ä".repeat(32)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("table name", "64 bytes", "63");
        assertThatThrownBy(() -> new TableName("s".repeat(64), "t")).hasMessageContaining("schema name");
        assertThatThrownBy(() -> new TableName("", "t")).hasMessageContaining("empty");
    }
}
