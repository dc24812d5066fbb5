package dev.cdcpipeline.preflight;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** {@link Finding} as one line of JSON. */
final class FindingText {
    private static final ObjectMapper JSON = new ObjectMapper();

    private FindingText() {}

    static String write(Finding finding) {
        ObjectNode node = JSON.createObjectNode();
        node.put("kind", finding.kind().name());
        node.put("shard", finding.shard());
        node.put("severity", finding.severity().name());
        node.put("message", finding.message());
        node.put("remedy", finding.remedy());
        finding.storedLsn().ifPresent(lsn -> node.put("storedLsn", lsn));
        finding.sourceLsn().ifPresent(lsn -> node.put("sourceLsn", lsn));
        return node.toString();
    }

    static Finding read(String text) {
        try {
            JsonNode node = JSON.readTree(text);
            return new Finding(
                    FindingKind.valueOf(node.path("kind").asText()),
                    node.path("shard").asText(),
                    Severity.valueOf(node.path("severity").asText()),
                    node.path("message").asText(),
                    node.path("remedy").asText(),
                    optional(node, "storedLsn"),
                    optional(node, "sourceLsn"));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not a finding: " + text, e);
        }
    }

    private static Optional<String> optional(JsonNode node, String field) {
        return Optional.ofNullable(node.get(field)).map(JsonNode::asText);
    }
}
