package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.testkit.RedisCluster;
import dev.cdcpipeline.testkit.RedisServer;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CacheReaderClusterIT {
    private static RedisCluster cluster;
    private static List<RedisURI> nodes;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start();
        nodes = cluster.uris().stream().map(RedisURI::create).toList();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static CacheReaderBuilder<String> building(String pipeline) {
        return CacheReader.ofCluster(nodes)
                .pipeline(pipeline)
                .target("cache")
                .projection(CachePipeline.PROJECTION, CachePipeline.KEY, new TextCodec(), Duration.ofMinutes(10));
    }

    @Test
    void a_master_that_is_away_leaves_the_entries_of_the_others_readable() {
        try (CachePipeline pipeline = new CachePipeline(RedisAccess.ofCluster(nodes), "other", "db0", 1);
                CacheReader<String> reader = building("other")
                        .timeout(Duration.ofSeconds(5))
                        .pauseAfterFailure(Duration.ofMinutes(1))
                        .loader(key -> Optional.of("loaded"))
                        .build()) {
            pipeline.claim();
            RedisServer lost = cluster.masterOf("order:1000");
            int other = IntStream.range(1001, 2000)
                    .filter(id -> cluster.masterOf("order:" + id) != lost)
                    .findFirst()
                    .orElseThrow();
            pipeline.write("order:1000", "written");
            pipeline.write("order:" + other, "written");
            assertThat(reader.getAll(List.of(List.of(1000), List.of(other)))).containsOnly(Optional.of("written"));

            cluster.awaitOk();
            lost.kill();
            await().until(() -> reader.get(1000).equals(Optional.of("loaded")));
            assertThat(reader.get(other)).contains("written");

            cluster.awaitOk();
            await().untilAsserted(() -> assertThat(reader.get(1000)).contains("written"));
            lost.restart();
            cluster.awaitOk();
        }
    }

    @Test
    void reads_and_fills_in_every_slot_of_a_cluster() {
        try (CachePipeline pipeline = new CachePipeline(RedisAccess.ofCluster(nodes), "shop", "db0", 1);
                CacheReader<String> reader =
                        building("shop").timeout(Duration.ofSeconds(20)).build()) {
            pipeline.claim();
            assertThat(reader.get(List.of(0), key -> Optional.of("early"))).contains("early");
            pipeline.admit();
            pipeline.write("order:0", "written");
            List<List<Integer>> keys = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String value = "loaded " + i;
                assertThat(reader.get(List.of(i), key -> Optional.of(value))).contains(i == 0 ? "written" : value);
                keys.add(List.of(i));
            }
            assertThat(reader.get(List.of(50), key -> {
                        pipeline.write("order:50", "newer");
                        return Optional.of("loaded");
                    }))
                    .contains("newer");

            assertThat(reader.statistics().fills()).isEqualTo(49);
            assertThat(reader.statistics().refusedFills()).isOne();
            assertThat(reader.getAll(keys, key -> Optional.of("again")))
                    .hasSize(50)
                    .startsWith(Optional.of("written"))
                    .endsWith(Optional.of("loaded 49"))
                    .doesNotContain(Optional.of("again"));
            assertThat(pipeline.isIndexed("order:49")).isTrue();
        }
    }
}
