package dev.cdcpipeline.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.TableName;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** {@link DeadLetterFilter} as one line of JSON. */
final class DeadLetterFilterText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DeadLetterFilterText() {}

    static String write(DeadLetterFilter filter) {
        ObjectNode node = JSON.createObjectNode();
        filter.target().ifPresent(target -> node.put("target", target));
        filter.projection().ifPresent(projection -> node.put("projection", projection));
        filter.shard().ifPresent(shard -> node.put("shard", shard));
        filter.table().ifPresent(table -> node.put("table", table.toString()));
        filter.key().ifPresent(key -> node.put("key", key));
        filter.error().ifPresent(error -> node.put("error", error));
        if (!filter.ids().isEmpty()) {
            ArrayNode ids = node.putArray("ids");
            filter.orderedIds().forEach(ids::add);
        }
        return node.put("state", filter.state().name()).toString();
    }

    static DeadLetterFilter read(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            Set<Long> ids = new HashSet<>();
            node.path("ids").forEach(id -> ids.add(id.asLong()));
            return new DeadLetterFilter(
                    text(node, "target"),
                    text(node, "projection"),
                    text(node, "shard"),
                    text(node, "table").map(TableName::parse),
                    text(node, "key"),
                    text(node, "error"),
                    ids,
                    DeadLetter.State.valueOf(node.path("state").asText()));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a filter of dead letters: " + text, e);
        }
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Optional.ofNullable(node.get(field)).map(JsonNode::asText);
    }
}
