package dev.cdcpipeline.offset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.TableName;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

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
        putNames(node.putObject("filled"), state.filled());
        ObjectNode readers = node.putObject("readers");
        state.readers().forEach((table, projections) -> {
            ObjectNode byProjection = readers.putObject(table.toString());
            new TreeMap<>(projections).forEach((projection, kind) -> byProjection.put(projection, kind.name()));
        });
        state.backfills().forEach(node.putArray("backfills")::add);
        putNames(node.putObject("requests"), state.requests());
        ObjectNode relations = node.putObject("relations");
        state.relations().forEach((table, relation) -> relations.put(table.toString(), relation));
        return node.toString();
    }

    private static void putNames(ObjectNode node, SortedMap<TableName, Map<String, Set<String>>> names) {
        names.forEach((table, projections) -> {
            ObjectNode byProjection = node.putObject(table.toString());
            new TreeMap<>(projections).forEach((projection, list) -> {
                ArrayNode array = byProjection.putArray(projection);
                list.stream().sorted().forEach(array::add);
            });
        });
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
            SortedMap<TableName, Long> relations = new TreeMap<>();
            node.path("relations")
                    .properties()
                    .forEach(field -> relations.put(
                            TableName.parse(field.getKey()), field.getValue().asLong()));
            SortedSet<String> backfills = new TreeSet<>();
            node.path("backfills").forEach(id -> backfills.add(id.asText()));
            JsonNode progress = node.get("progress");
            return new LoadState(
                    progress == null ? null : progress.asText(),
                    node.path("step").asLong(),
                    tables,
                    byProjection(node.path("filled"), LoadStateText::names),
                    byProjection(node.path("readers"), kind -> LoadKind.valueOf(kind.asText())),
                    backfills,
                    byProjection(node.path("requests"), LoadStateText::names),
                    relations);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a load state: " + text, e);
        }
    }

    private static Set<String> names(JsonNode list) {
        Set<String> names = new TreeSet<>();
        list.forEach(name -> names.add(name.asText()));
        return names;
    }

    private static <V> SortedMap<TableName, Map<String, V>> byProjection(JsonNode node, Function<JsonNode, V> reader) {
        SortedMap<TableName, Map<String, V>> byTable = new TreeMap<>();
        node.properties().forEach(table -> {
            Map<String, V> projections = new TreeMap<>();
            table.getValue()
                    .properties()
                    .forEach(entry -> projections.put(entry.getKey(), reader.apply(entry.getValue())));
            byTable.put(TableName.parse(table.getKey()), projections);
        });
        return byTable;
    }
}
