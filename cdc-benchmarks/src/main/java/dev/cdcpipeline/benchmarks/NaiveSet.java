package dev.cdcpipeline.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.target.ChangeBatch;
import io.lettuce.core.api.sync.RedisCommands;

/** One synchronous SET or DEL for each change: what is written first by most. Knows no offset. */
final class NaiveSet {
    private final ObjectMapper mapper = new ObjectMapper();
    private final RedisCommands<String, String> redis;

    NaiveSet(RedisCommands<String, String> redis) {
        this.redis = redis;
    }

    void apply(ChangeBatch batch) {
        batch.changes().forEach(this::apply);
    }

    private void apply(Change<Row> change) {
        Row key = change.key();
        Row row = change.after();
        if (key == null) {
            throw new IllegalStateException("a change without a key: " + change);
        }
        String entry = "order:" + key.text(0);
        if (row == null) {
            redis.del(entry);
        } else {
            redis.set(entry, json(row));
        }
    }

    private String json(Row row) {
        ObjectNode json = mapper.createObjectNode();
        for (int i = 0; i < row.layout().columns().size(); i++) {
            json.put(row.layout().columns().get(i), row.text(i));
        }
        try {
            return mapper.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
