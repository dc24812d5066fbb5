package dev.cdcpipeline.deadletter;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.RowLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Dead letters as JSON, for stores that keep them so, and for export. Nothing is lost: values are PostgreSQL's own texts. */
public final class LetterJson {
    private static final String UNCHANGED = "unchanged";
    /** A value may be as long as PostgreSQL lets it be. */
    static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build());

    private LetterJson() {}

    /**
     * A row as an object of texts by column, in the order of the columns: null is SQL NULL, and {@code {"unchanged":true}} stands
     * for a value that the source did not send.
     */
    public static String row(LetterRow row) {
        return node(row).toString();
    }

    static ObjectNode node(LetterRow row) {
        ObjectNode node = JSON.createObjectNode();
        List<String> columns = row.layout().columns();
        for (int i = 0; i < columns.size(); i++) {
            if (row.unchanged().contains(i)) {
                node.putObject(columns.get(i)).put(UNCHANGED, true);
            } else {
                node.put(columns.get(i), row.texts().get(i));
            }
        }
        return node;
    }

    /**
     * Reads {@link #row}.
     *
     * @param types SQL types by column, as {@link #types(String)} gives them
     * @throws IllegalArgumentException if it is not such an object
     */
    public static LetterRow row(String json, Map<String, String> types) {
        List<String> columns = new ArrayList<>();
        List<String> sqlTypes = new ArrayList<>();
        List<@Nullable String> texts = new ArrayList<>();
        Set<Integer> unchanged = new HashSet<>();
        for (Map.Entry<String, JsonNode> column : object(json).properties()) {
            JsonNode value = column.getValue();
            if (value.isObject() && value.path(UNCHANGED).asBoolean()) {
                unchanged.add(columns.size());
            } else if (!value.isTextual() && !value.isNull()) {
                throw new IllegalArgumentException("column '" + column.getKey()
                        + "' of a dead letter has neither a text, as \"17\", nor null, nor {\"unchanged\":true}");
            }
            columns.add(column.getKey());
            sqlTypes.add(types.getOrDefault(column.getKey(), ""));
            texts.add(value.isTextual() ? value.textValue() : null);
        }
        return new LetterRow(new RowLayout(columns, sqlTypes), texts, unchanged);
    }

    /** The SQL types of all columns of a change's rows, as an object. */
    public static String types(LetterChange change) {
        return typesOf(change).toString();
    }

    static ObjectNode typesOf(LetterChange change) {
        ObjectNode types = JSON.createObjectNode();
        addTypes(types, change.after());
        addTypes(types, change.before());
        addTypes(types, change.key());
        addTypes(types, change.previousKey());
        return types;
    }

    /** Rows of one change are of one table, so that a column has one type; unless it was not known for one of them. */
    private static void addTypes(ObjectNode types, @Nullable LetterRow row) {
        if (row == null) {
            return;
        }
        for (int i = 0; i < row.texts().size(); i++) {
            String column = row.layout().columns().get(i);
            if (types.path(column).asText().isEmpty()) {
                types.put(column, row.layout().sqlType(i));
            }
        }
    }

    /**
     * Reads {@link #types(LetterChange)}.
     *
     * @throws IllegalArgumentException if it is not such an object
     */
    public static Map<String, String> types(String json) {
        Map<String, String> types = new LinkedHashMap<>();
        object(json)
                .properties()
                .forEach(column -> types.put(column.getKey(), column.getValue().asText()));
        return types;
    }

    /** All that is known of a letter, as an object in one line, without a line feed at its end. */
    public static String line(DeadLetter letter) {
        return LetterLine.of(letter);
    }

    /** What Jackson says itself may tell a value. */
    private static JsonNode object(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "no JSON document in a dead letter, line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr());
        }
        throw new IllegalArgumentException("no JSON object in a dead letter");
    }
}
