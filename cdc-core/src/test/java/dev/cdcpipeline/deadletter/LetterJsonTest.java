package dev.cdcpipeline.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableName;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A row becomes JSON and the same row again. */
class LetterJsonTest {
    private static final RowLayout LAYOUT = new RowLayout(
            List.of("zeta", "Al \"pha\"", "b\\eta.ü 😀", "{}", "amount", "gone"),
            List.of("bigint", "text", "text[]", "shop.\"Order State\"", "numeric(30,10)", ""));

    @Test
    void a_row_comes_back_with_order_types_and_every_character() {
        LetterRow row = row(
                "9223372036854775807",
                "tab\t line\n quote\" back\\ \u2028 \u0001 😀",
                "{\"a,b\",NULL}",
                "",
                "1.5000",
                null);

        assertThat(again(row)).usingRecursiveComparison().isEqualTo(row);
    }

    @Test
    void null_an_empty_text_and_a_value_that_was_not_sent_stay_apart() {
        LetterRow row = new LetterRow(LAYOUT, Arrays.asList("1", null, null, "", "null", null), Set.of(2, 5));

        assertThat(again(row)).usingRecursiveComparison().isEqualTo(row);
        assertThat(LetterJson.row(row))
                .contains("\"b\\\\eta.ü 😀\":{\"unchanged\":true}")
                .contains("\"amount\":\"null\"");
    }

    @Test
    void a_text_that_looks_like_the_mark_is_a_text() {
        LetterRow row = row("1", "{\"unchanged\":true}", "unchanged", "true", "2", "3");

        assertThat(again(row)).usingRecursiveComparison().isEqualTo(row);
    }

    @Test
    void a_value_may_be_very_long() {
        LetterRow row = row("1", "x".repeat(30_000_000), "2", "3", "4", "5");

        assertThat(again(row).texts()).isEqualTo(row.texts());
    }

    @Test
    void what_is_no_row_is_refused_without_a_word_of_its_values() {
        assertThatThrownBy(() -> LetterJson.row("{\"a\":4711}", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("column 'a'")
                .hasMessageNotContaining("4711");
        assertThatThrownBy(() -> LetterJson.row("{\"a\":secret", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> LetterJson.row("[]", Map.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void types_are_those_of_all_rows_of_the_change() {
        LetterRow key = new LetterRow(new RowLayout(List.of("id"), List.of("uuid")), List.of("k"), Set.of());
        LetterChange delete = new LetterChange(source(), Operation.DELETE, key, null, null, null, Set.of());
        LetterChange create = new LetterChange(
                source(), Operation.CREATE, key, key, null, row("1", "2", "3", "4", "5", "6"), Set.of());

        assertThat(LetterJson.types(LetterJson.types(delete))).containsExactly(Map.entry("id", "uuid"));
        assertThat(LetterJson.types(LetterJson.types(create)))
                .containsEntry("{}", "shop.\"Order State\"")
                .containsEntry("gone", "")
                .containsEntry("id", "uuid");
    }

    @Test
    void a_letter_is_one_line_with_all_that_is_known() throws Exception {
        LetterRow row = row("1", "two\nlines", null, "4", "5", "6");
        DeadLetter letter = new DeadLetter(
                7,
                "shop",
                "read-model",
                "view",
                new LetterChange(source(), Operation.UPDATE, row, null, null, row, Set.of("zeta")),
                Set.of("public.orders#1:1"),
                DeadLetter.State.PARKED,
                3,
                Optional.of(new LetterError("java.lang.Error", "no\nway", "at x\nat y")),
                Instant.ofEpochSecond(10),
                Instant.ofEpochSecond(11),
                Instant.ofEpochSecond(12),
                Optional.empty(),
                "");

        String line = LetterJson.line(letter);

        assertThat(line).doesNotContain("\n");
        JsonNode read = new ObjectMapper().readTree(line);
        assertThat(read.get("id").asLong()).isEqualTo(7);
        assertThat(read.get("shard").asText()).isEqualTo("db0");
        assertThat(read.get("table").asText()).isEqualTo("public.orders");
        assertThat(read.get("position").asText()).isEqualTo("a/b/1");
        assertThat(read.get("transactionId").asLong()).isEqualTo(4242);
        assertThat(read.get("errorMessage").asText()).isEqualTo("no\nway");
        assertThat(read.get("original").isNull()).isTrue();
        assertThat(LetterJson.row(
                        read.get("after").toString(),
                        LetterJson.types(read.get("types").toString())))
                .usingRecursiveComparison()
                .isEqualTo(row);
    }

    private static ChangeSource source() {
        return new ChangeSource("db0", TableName.parse("orders"), 4242, Instant.EPOCH, new Position(10, 11, 1));
    }

    private static LetterRow row(String... texts) {
        return new LetterRow(LAYOUT, Arrays.asList(texts), Set.of());
    }

    private static LetterRow again(LetterRow row) {
        LetterChange change = new LetterChange(source(), Operation.CREATE, null, null, null, row, Set.of());
        return LetterJson.row(LetterJson.row(row), LetterJson.types(LetterJson.types(change)));
    }
}
