package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.testkit.RedisServer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What is in a server, in one form for each type: a string, a set, or a map for hashes and sorted sets. */
record RedisContent(RedisServer server) {

    /** What users see, without the target's own keys. */
    Map<String, Object> shown() {
        Map<String, Object> content = new TreeMap<>();
        for (String key : list("KEYS", "*")) {
            if (!key.startsWith("cdc:")) {
                content.put(key, value(key));
            }
        }
        return content;
    }

    /** The target's own keys that tell of rows. */
    List<String> notes() {
        List<String> keys = new ArrayList<>(list("KEYS", "cdc:*:index:*"));
        keys.addAll(list("KEYS", "cdc:*:counted:*"));
        return keys;
    }

    private Object value(String key) {
        return switch (String.valueOf(server.command("TYPE", key))) {
            case "set" -> new TreeSet<>(list("SMEMBERS", key));
            case "hash" -> pairs(list("HGETALL", key));
            case "zset" -> pairs(list("ZRANGE", key, "0", "-1", "WITHSCORES"));
            case "stream" -> String.valueOf(server.command("XRANGE", key, "-", "+"));
            default -> String.valueOf(server.command("GET", key));
        };
    }

    List<String> list(String... command) {
        if (server.command(command) instanceof List<?> list) {
            return list.stream().map(String::valueOf).toList();
        }
        throw new AssertionError(Arrays.toString(command) + " gives no list");
    }

    @Nullable
    String get(String key) {
        Object value = server.command("GET", key);
        return value == null ? null : value.toString();
    }

    long number(String... command) {
        return Long.parseLong(String.valueOf(server.command(command)));
    }

    static Map<String, String> pairs(List<String> list) {
        Map<String, String> pairs = new TreeMap<>();
        for (int i = 0; i < list.size(); i += 2) {
            pairs.put(list.get(i), list.get(i + 1));
        }
        return pairs;
    }
}
