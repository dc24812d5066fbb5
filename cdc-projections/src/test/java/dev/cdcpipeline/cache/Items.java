package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.pipeline.Bench;
import dev.cdcpipeline.pipeline.Item;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.testkit.RedisServer;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The tables of a {@link Bench} as entries {@code a:1}, {@code b:1} of a Redis. */
final class Items {
    private Items() {}

    /** A target with both tables. */
    static RedisTarget cache(RedisServer redis) {
        return RedisTarget.named("cache", redis.uri())
                .project(CacheProjection.from(Item.A).key("a:{id}").build())
                .project(CacheProjection.from(Item.B).key("b:{id}").build());
    }

    /** What a table must have become, under keys that begin so. */
    static SortedMap<String, String> of(TestDatabase source, String table, String prefix) {
        SortedMap<String, String> entries = new TreeMap<>();
        Bench.rows(source, "select id || '=' || json_build_object('id', id, 'val', val, 'n', n) from " + table)
                .forEach(row -> {
                    String[] parts = row.split("=", 2);
                    entries.put(prefix + parts[0], RedisContent.json(parts[1]));
                });
        return entries;
    }

    /** Waits until Redis has both tables of these sources, and nothing else. */
    static void awaitEqual(RedisServer redis, TestDatabase... sources) {
        Bench.eventually(() -> {
            SortedMap<String, String> expected = new TreeMap<>();
            for (TestDatabase source : sources) {
                List.of("a", "b").forEach(table -> expected.putAll(of(source, table, table + ":")));
            }
            assertThat(RedisContent.of(redis.uri())).isEqualTo(expected);
        });
    }
}
