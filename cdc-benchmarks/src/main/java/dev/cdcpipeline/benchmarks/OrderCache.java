package dev.cdcpipeline.benchmarks;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.testkit.PostgresSource;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/** The orders in Redis, as JSON of the record. */
final class OrderCache {
    static final String URI_PROPERTY = "bench.run.redis";
    private static final String PREFIX = "order:";
    private static final int PAGE = 1000;

    /** Keeps the scale of numbers. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private OrderCache() {}

    /** The URI that the JVM of this run was told. */
    static String uriOfThisJvm() {
        return System.getProperty(URI_PROPERTY);
    }

    static Target target(String uri) {
        return RedisTarget.named("cache", uri)
                .project(CacheProjection.from(Order.TABLE).key(PREFIX + "{id}").build());
    }

    /** Throws unless there is an equal entry for each row, and no other. */
    static void requireSameContents(PostgresSource source, String database, String uri) {
        List<String> rows = source.queryStrings(
                database,
                "select concat_ws('|', id, customer_id, item_count, status, total, note, address) from orders order by id");
        try (RedisClient client = RedisClient.create(uri);
                StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            for (int from = 0; from < rows.size(); from += PAGE) {
                requireSame(rows.subList(from, Math.min(rows.size(), from + PAGE)), redis);
            }
            long entries = ScanIterator.scan(
                            redis, ScanArgs.Builder.matches(PREFIX + "*").limit(PAGE))
                    .stream()
                    .distinct()
                    .count();
            if (entries != rows.size()) {
                throw new IllegalStateException(
                        entries + " entries of " + rows.size() + " rows; the figure does not count");
            }
        }
    }

    private static void requireSame(List<String> rows, RedisCommands<String, String> redis) {
        String[] keys = rows.stream()
                .map(row -> PREFIX + row.substring(0, row.indexOf('|')))
                .toArray(String[]::new);
        List<String> entries = redis.mget(keys).stream()
                .map(entry -> entry.map(OrderCache::row).getValueOrElse("nothing"))
                .toList();
        for (int i = 0; i < rows.size(); i++) {
            if (!rows.get(i).equals(entries.get(i))) {
                throw new IllegalStateException("the cache differs from its source, the figure does not count: "
                        + entries.get(i) + ", source " + rows.get(i));
            }
        }
    }

    private static String row(String json) {
        try {
            JsonNode order = JSON.readTree(json);
            return String.join(
                    "|",
                    Stream.of("id", "customerId", "itemCount", "status", "total", "note", "address")
                            .map(field -> order.get(field).asText())
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
