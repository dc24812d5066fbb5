package dev.cdcpipeline.cache;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What users find in a Redis: every key but the pipeline's own, with its value in a form that can be compared. */
final class RedisContent {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String OWN = "cdc:";

    private RedisContent() {}

    /** Every key but the pipeline's own. */
    static SortedMap<String, String> of(String uri) {
        return of(uri, key -> !key.startsWith(OWN));
    }

    /** The keys of all pipelines' own. */
    static TreeSet<String> own(String uri) {
        return new TreeSet<>(of(uri, key -> key.startsWith(OWN)).keySet());
    }

    private static SortedMap<String, String> of(String uri, java.util.function.Predicate<String> wanted) {
        RedisClient client = RedisClient.create(RedisURI.create(uri));
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            SortedMap<String, String> content = new TreeMap<>();
            RedisCommands<String, String> commands = connection.sync();
            for (String key : commands.keys("*")) {
                String value = wanted.test(key) ? value(commands, key) : null;
                if (value != null) {
                    content.put(key, value);
                }
            }
            return content;
        } finally {
            client.shutdown(0, 1, java.util.concurrent.TimeUnit.SECONDS);
        }
    }

    private static @Nullable String value(RedisCommands<String, String> commands, String key) {
        return switch (commands.type(key)) {
            case "none" -> null;
            case "string" -> string(commands.get(key));
            case "hash" -> hash(commands.hgetall(key));
            case "set" -> new TreeSet<>(commands.smembers(key)).toString();
            case "zset" ->
                scores(commands.zrangeWithScores(key, 0, -1).stream()
                        .collect(Collectors.toMap(ScoredValue::getValue, ScoredValue::getScore)));
            case "stream" -> "stream of " + commands.xlen(key);
            default -> throw new IllegalStateException(key);
        };
    }

    private static @Nullable String string(@Nullable String value) {
        return value != null && value.startsWith("{") ? json(value) : value;
    }

    /** The same object in the order of its names. */
    static String json(String text) {
        try {
            return JSON.writeValueAsString(JSON.readValue(text, TreeMap.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("not an object: " + text, e);
        }
    }

    static String hash(Map<String, String> fields) {
        return new TreeMap<>(fields).toString();
    }

    static String scores(Map<String, Double> members) {
        return new TreeMap<>(members).toString();
    }
}
