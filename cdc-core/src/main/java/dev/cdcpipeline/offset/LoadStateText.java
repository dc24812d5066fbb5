package dev.cdcpipeline.offset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.TableName;
import java.util.SortedMap;
import java.util.TreeMap;

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
            JsonNode progress = node.get("progress");
            return new LoadState(
                    progress == null ? null : progress.asText(),
                    node.path("step").asLong(),
                    tables);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a load state: " + text, e);
        }
    }
}
