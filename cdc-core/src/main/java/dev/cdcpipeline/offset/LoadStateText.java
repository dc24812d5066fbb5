package dev.cdcpipeline.offset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.TableName;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@link LoadState} as one line of JSON. */
final class LoadStateText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private LoadStateText() {}

    static String write(LoadState state) {
        ObjectNode node = JSON.createObjectNode();
        if (state.progress() != null) {
            node.put("progress", state.progress());
        }
        node.put("step", state.step());
        ObjectNode tables = node.putObject("tables");
        state.tables().forEach((table, load) -> tables.put(table.toString(), load.name()));
        ObjectNode filled = node.putObject("filled");
        state.filled().forEach((table, names) -> {
            ArrayNode list = filled.putArray(table.toString());
            names.stream().sorted().forEach(list::add);
        });
        return node.toString();
    }

    static LoadState read(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            SortedMap<TableName, TableLoad> tables = new TreeMap<>();
            node.path("tables")
                    .properties()
                    .forEach(field -> tables.put(
                            TableName.parse(field.getKey()),
                            TableLoad.valueOf(field.getValue().asText())));
            SortedMap<TableName, Set<String>> filled = new TreeMap<>();
            node.path("filled").properties().forEach(field -> {
                Set<String> names = new TreeSet<>();
                field.getValue().forEach(name -> names.add(name.asText()));
                filled.put(TableName.parse(field.getKey()), names);
            });
            JsonNode progress = node.get("progress");
            return new LoadState(
                    progress == null ? null : progress.asText(),
                    node.path("step").asLong(),
                    tables,
                    filled);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a load state: " + text, e);
        }
    }
}
