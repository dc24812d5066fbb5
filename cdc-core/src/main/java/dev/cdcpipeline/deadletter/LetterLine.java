package dev.cdcpipeline.deadletter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A whole {@link DeadLetter} as one line of JSON. Every line has the same fields; what a letter does not have is null. */
final class LetterLine {
    private LetterLine() {}

    static String of(DeadLetter letter) {
        LetterChange change = letter.change();
        ObjectNode line = LetterJson.JSON.createObjectNode();
        line.put("id", letter.id())
                .put("pipeline", letter.pipeline())
                .put("shard", letter.shard())
                .put("target", letter.target())
                .put("projection", letter.projection())
                .put("table", change.source().table().toString())
                .put("operation", change.operation().name());
        line.set("key", node(change.key()));
        line.set("previousKey", node(change.previousKey()));
        line.set("before", node(change.before()));
        line.set("after", node(change.after()));
        line.set("original", node(letter.original().orElse(null)));
        line.set("types", LetterJson.typesOf(change));
        line.set("reread", array(change.reread()));
        line.set("keys", array(letter.keys()));
        line.put("position", change.source().position().toString())
                .put("transactionId", change.source().transactionId())
                .put("committedAt", change.source().commitTime().toString())
                .put("state", letter.state().name())
                .put("attempts", letter.attempts())
                .put("errorType", letter.error().map(LetterError::type).orElse(null))
                .put("errorMessage", letter.error().map(LetterError::message).orElse(null))
                .put("errorStack", letter.error().map(LetterError::stack).orElse(null))
                .put("parkedAt", letter.parkedAt().toString())
                .put("firstFailedAt", letter.firstFailedAt().toString())
                .put("lastFailedAt", letter.lastFailedAt().toString())
                .put("note", letter.note());
        return line.toString();
    }

    private static @Nullable ObjectNode node(@Nullable LetterRow row) {
        return row == null ? null : LetterJson.node(row);
    }

    private static ArrayNode array(Collection<String> texts) {
        ArrayNode array = LetterJson.JSON.createArrayNode();
        new TreeSet<>(texts).forEach(array::add);
        return array;
    }
}
