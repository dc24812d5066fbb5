package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.SchemaDrift;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyTemplateTest {
    private static final TableName ORDERS = TableName.parse("shop.orders");

    private static KeyTemplate parse(String text) {
        return KeyTemplate.parse(text, ORDERS);
    }

    @Test
    void shows_columns_and_where_a_row_comes_from() {
        KeyTemplate template = parse("{schema}.{table}:{shard}:{id}");

        assertThat(template.render("db0", TextRow.of("id", "1"))).isEqualTo("shop.orders:db0:1");
        assertThat(template.columns()).containsExactly("id");
        assertThat(template.names()).containsExactly("shard", "id");
        assertThat(template.prefixed("{v2}:").render("db0", TextRow.of("id", "1")))
                .isEqualTo("{v2}:shop.orders:db0:1");
    }

    @Test
    void a_doubled_brace_is_a_brace() {
        assertThat(parse("{{{customer}}}:{id}").render("db0", TextRow.of("customer", "7", "id", "1")))
                .isEqualTo("{7}:1");
    }

    @Test
    void nothing_is_shown_where_a_column_is_null() {
        assertThat(parse("a:{customer}").render("db0", TextRow.of("customer", null)))
                .isNull();
    }

    @Test
    void a_single_value_is_as_it_is() {
        for (String value : List.of("", ":", "a:b", "\\", "{x}", "ä😀\n")) {
            assertThat(parse("o:{id}").render("db0", TextRow.of("id", value))).isEqualTo("o:" + value);
        }
    }

    @Test
    void different_values_never_give_one_text() {
        List<String> values = List.of("", ":", "::", "a", "a:", ":a", "\\", "\\:", ":\\", "\\\\", "a:b", "{a}:{b}");
        Set<String> texts = new HashSet<>();
        for (String a : values) {
            for (String b : values) {
                for (String c : values) {
                    texts.add(parse("x{a}::{b}:{c}!").render(a, b, c));
                }
            }
        }
        assertThat(texts).hasSize(values.size() * values.size() * values.size());
        assertThat(parse("{a}:{b}").render("x:y", "z")).isEqualTo("x\\:y:z");
    }

    @Test
    void takes_java_values_that_have_one_text() {
        UUID id = UUID.randomUUID();
        assertThat(parse("{a}:{b}:{c}:{d}").render(1L, new BigDecimal("1E+2"), id, true))
                .isEqualTo("1:100:" + id + ":t");
        assertThat(parse("{b}:{a}").render(Map.of("a", 1, "b", "x", "c", 3))).isEqualTo("x:1");

        assertThatThrownBy(() -> parse("{a}").render(1.5))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Double");
        assertThatThrownBy(() -> parse("{a}").render(Instant.EPOCH)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> parse("{a}:{b}").render(1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes 2 values, [a, b], not 1");
        assertThatThrownBy(() -> parse("{a}").render(Map.of("b", 1))).hasMessageContaining("needs a value for 'a'");
    }

    @Test
    void refuses_what_is_no_template() {
        for (String text : List.of("a{", "a{}", "a{ }", "a}", "a{id}}", "{a}{b}")) {
            assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void names_a_column_that_is_gone() {
        assertThatThrownBy(() -> parse("a:{id}").render("db0", TextRow.of("number", "1")))
                .isInstanceOf(SchemaDrift.class)
                .hasMessageContaining("'id'")
                .hasMessageContaining("[number]");
    }

    @Test
    void a_key_names_all_columns_of_the_tables_key_and_no_other() {
        Changes lines = new Changes("shop.orders", 2, "id bigint", "line integer", "status text");

        EntryKey.requireKey("who", parse("{shard}:{line}:{id}"), lines.definition());
        assertThatThrownBy(() -> EntryKey.requireKey("who", parse("{id}:{line}:{status}"), lines.definition()))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("[status]");
        assertThatThrownBy(() -> EntryKey.requireKey("who", parse("{id}"), lines.definition()))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("lacks [line]")
                .hasMessageContaining("add {line}");
    }
}
