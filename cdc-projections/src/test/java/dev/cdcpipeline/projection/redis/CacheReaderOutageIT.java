package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.testkit.RedisServer;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A reader while Redis cannot be used as it should. */
class CacheReaderOutageIT extends CacheReaders {

    @Test
    void a_full_redis_is_read_and_not_filled() {
        pipeline.write("order:1", "there");
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("v")));
        server.command("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThat(reader.get(1)).contains("there");
            assertThat(reader.get(2)).contains("v");
            assertThat(reader.statistics().fallbacks()).isOne();
        } finally {
            server.command("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(get("order:2")).isNull();
    }

    @Test
    void a_replica_is_read_and_not_filled_until_it_is_the_master() {
        pipeline.write("order:1", "there");
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("v")));
        try {
            assertThat(reader.get(1)).contains("there");
            server.command("CONFIG", "SET", "replica-serve-stale-data", "yes");
            server.command("REPLICAOF", "127.0.0.1", "1");
            assertThat(reader.get(1)).contains("there");
            assertThat(reader.get(2)).contains("v");
            assertThat(get("order:2")).isNull();
        } finally {
            server.command("REPLICAOF", "NO", "ONE");
        }
        await().until(() -> {
            reader.get(2);
            return "v".equals(get("order:2"));
        });
    }

    @Test
    void asks_the_loader_while_redis_is_down_and_fills_again_when_it_is_back() {
        try (RedisServer own = RedisServer.start()) {
            CacheReader<String> reader = reader(CacheReader.of(own.uri())
                    .pipeline("shop")
                    .target("cache")
                    .projection(CachePipeline.PROJECTION, CachePipeline.KEY, new TextCodec(), null)
                    .pauseAfterFailure(Duration.ofMillis(20))
                    .loader(key -> Optional.of("v")));
            own.kill();
            for (int i = 0; i < 100; i++) {
                assertThat(reader.get(1)).contains("v");
            }
            assertThat(reader.statistics().fallbacks()).isEqualTo(100);

            own.restart();
            try (CachePipeline back = new CachePipeline(own, "shop", "db0", 1)) {
                back.claim();
                back.admit();
                await().until(() -> {
                    reader.get(1);
                    return own.command("GET", "order:1") != null;
                });
            }
        }
    }

    @Test
    void a_redis_that_does_not_answer_costs_little_and_is_used_again_when_it_does() {
        try (RedisServer own = RedisServer.start();
                CachePipeline running = new CachePipeline(own, "shop", "db0", 1)) {
            running.claim();
            running.admit();
            CacheReader<String> reader = reader(CacheReader.of(own.uri())
                    .pipeline("shop")
                    .target("cache")
                    .projection(CachePipeline.PROJECTION, CachePipeline.KEY, new TextCodec(), null)
                    .timeout(Duration.ofMillis(50))
                    .pauseAfterFailure(Duration.ofSeconds(1))
                    .loader(key -> Optional.of("v")));
            await().until(() -> {
                reader.get(1);
                return reader.statistics().hits() > 0;
            });
            own.suspend();
            long begun = System.nanoTime();
            for (int i = 0; i < 1000; i++) {
                assertThat(reader.get(1)).contains("v");
            }
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("1000 reads that each would wait take 50 s")
                    .isLessThan(Duration.ofSeconds(20));
            own.resume();
            long hits = reader.statistics().hits();
            await().until(() -> {
                reader.get(1);
                return reader.statistics().hits() > hits;
            });
        }
    }

    @Test
    void asks_only_the_loader_when_it_is_closed() {
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("v")));
        reader.close();

        assertThat(reader.get(1)).contains("v");
        assertThat(get("order:1")).isNull();
    }
}
