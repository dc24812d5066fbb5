package dev.cdcpipeline.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cdcpipeline.change.ColumnConverter;
import dev.cdcpipeline.change.JsonReader;
import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.RowOf;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.ValueType;
import dev.cdcpipeline.failure.ConversionException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSON documents in records. */
class JacksonReaderTest {

    record Tree(String name, @Nullable BigDecimal weight, List<Tree> children) {}

    record OfTree(@Nullable Tree doc) {}

    record OfMaybe(Optional<Tree> doc) {}

    record OfList(List<Tree> doc) {}

    record OfNumbers(List<Integer> doc) {}

    record OfTexts(List<String> doc) {}

    record OfMap(Map<String, Object> doc) {}

    record OfNode(JsonNode doc) {}

    record OfString(String doc) {}

    record Counted(int count) {}

    record OfCounted(Counted doc) {}

    record Dated(Instant at) {}

    record OfDated(Dated doc) {}

    private static <T> T read(Class<T> type, String json) {
        return SourceTable.of("docs", type).map(RowOf.column("doc", json));
    }

    private static void refuses(Class<?> type, String json, String... words) {
        assertThatThrownBy(() -> read(type, json))
                .as(json)
                .isInstanceOf(ConversionException.class)
                .hasMessageContaining("public.docs.doc")
                .hasMessageContainingAll(words);
    }

    @Test
    void a_document_becomes_a_record_whose_unknown_properties_are_ignored() {
        OfTree read = read(
                OfTree.class,
                "{\"name\":\"a\",\"weight\":1.50,\"colour\":1,\"children\":[{\"name\":\"b\",\"children\":[]}]}");

        assertThat(read.doc())
                .isEqualTo(new Tree("a", new BigDecimal("1.50"), List.of(new Tree("b", null, List.of()))));
        assertThat(read(OfMaybe.class, "{\"name\":\"a\"}").doc()).contains(new Tree("a", null, null));
    }

    @Test
    void json_null_is_null_in_a_record_and_a_node_in_a_tree() {
        assertThat(read(OfTree.class, "null").doc()).isNull();
        assertThat(read(OfMaybe.class, "null").doc()).isEmpty();
        assertThat(read(OfNode.class, "null").doc().isNull()).isTrue();
    }

    @Test
    void lists_maps_and_trees_are_read_and_numbers_keep_their_digits() {
        String digits = "12345678901234567890.12345678901234567890";

        assertThat(read(OfList.class, "[{\"name\":\"a\"},{\"name\":\"b\"}]").doc())
                .extracting(Tree::name)
                .containsExactly("a", "b");
        assertThat(read(OfNumbers.class, "[1, 2]").doc()).containsExactly(1, 2);
        assertThat(read(OfTexts.class, "[\"a,b\", null]").doc()).containsExactly("a,b", null);
        assertThat(read(OfMap.class, "{\"a\":" + digits + "}").doc()).containsEntry("a", new BigDecimal(digits));
        assertThat(read(OfNode.class, "{\"a\":1.50}").doc().get("a").decimalValue())
                .isEqualTo(new BigDecimal("1.50"));
        assertThat(read(OfNode.class, "{\"a\":1,\"a\":2}").doc().get("a").intValue())
                .as("as PostgreSQL's -> reads it")
                .isEqualTo(2);
    }

    @Test
    void a_string_has_the_document_as_it_is() {
        assertThat(read(OfString.class, "{\"a\":1,  \"a\":2}").doc()).isEqualTo("{\"a\":1,  \"a\":2}");
    }

    @Test
    void nothing_is_made_up_for_what_is_missing_or_has_a_fraction() {
        assertThat(read(OfCounted.class, "{\"count\":5}").doc()).isEqualTo(new Counted(5));
        refuses(OfCounted.class, "{}", "count");
        refuses(OfCounted.class, "{\"count\":null}", "count");
        refuses(OfCounted.class, "{\"count\":5.5}", "count");
        refuses(OfCounted.class, "{\"count\":5} {}", "does not fit");
    }

    @Test
    void an_error_tells_the_place_and_the_type_but_not_the_document() {
        for (String json :
                List.of("{\"name\":\"s3cret\",\"children\":[{\"weight\":\"s3cret\"}]}", "s3cret", "{\"s3cret")) {
            assertThatThrownBy(() -> read(OfTree.class, json)).satisfies(failure -> {
                for (Throwable each = failure; each != null; each = each.getCause()) {
                    assertThat(each.toString()).doesNotContain("s3cret");
                }
            });
        }
        refuses(
                OfTree.class,
                "{\"children\":[{\"weight\":\"x\"}]}",
                Tree.class.getName(),
                ".children[0].weight",
                "line 1");
        refuses(OfTree.class, "{", "no JSON document");
    }

    @Test
    void java_time_needs_jacksons_module_and_the_error_says_so() {
        refuses(OfDated.class, "{\"at\":\"2024-01-01T00:00:00Z\"}", "jackson-datatype-jsr310");
    }

    @Test
    void large_texts_are_read() {
        String large = "x".repeat(21_000_000);

        assertThat(read(OfTree.class, "{\"name\":\"" + large + "\"}").doc().name())
                .hasSize(21_000_000);
    }

    private static boolean accepts(Class<?> type, ValueType column) {
        RecordColumn component = SourceTable.of("docs", type).columns().get(0);
        return component.accepts(column);
    }

    @Test
    void a_json_column_is_accepted_for_documents_and_a_text_column_only_for_what_cannot_be_one_text() {
        for (Class<?> type : List.of(
                OfTree.class, OfMaybe.class, OfList.class, OfMap.class, OfNode.class, OfNumbers.class, OfTexts.class)) {
            assertThat(accepts(type, ValueType.ofJson())).as(type.getName()).isTrue();
        }
        ValueType text = ValueType.of(String.class);
        for (Class<?> type : List.of(OfTree.class, OfMaybe.class, OfList.class, OfMap.class, OfNode.class)) {
            assertThat(accepts(type, text)).as(type.getName()).isTrue();
            assertThat(accepts(type, ValueType.of(Long.class)))
                    .as(type.getName())
                    .isFalse();
        }
        assertThat(accepts(OfNumbers.class, text)).isFalse();
        assertThat(accepts(OfTexts.class, text)).isFalse();
        assertThat(accepts(Dated.class, ValueType.ofJson())).isFalse();
    }

    @Test
    void a_converter_wins_over_reading_json() {
        SourceTable<OfTree> table = SourceTable.of("docs", OfTree.class)
                .with(ColumnConverter.of(Tree.class, text -> new Tree(text, null, List.of())));

        assertThat(table.map(RowOf.column("doc", "{}")).doc()).isEqualTo(new Tree("{}", null, List.of()));
    }

    /** As an application brings it. */
    public static final class OwnReader extends JacksonReader {
        public OwnReader() {
            super(JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
                    .build());
        }
    }

    @Test
    void a_reader_of_the_application_wins(@TempDir Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(JsonReader.class.getName()), OwnReader.class.getName());
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            Thread.currentThread().setContextClassLoader(loader);
            assertThat(read(OfTree.class, "{\"Name\":\"a\"}").doc()).isEqualTo(new Tree("a", null, null));
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
