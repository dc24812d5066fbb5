package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.RedisCluster;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CacheReaderClusterIT {

    @Test
    void reads_and_fills_in_every_slot_of_a_cluster() {
        try (RedisCluster cluster = RedisCluster.start()) {
            List<RedisURI> nodes = cluster.uris().stream().map(RedisURI::create).toList();
            try (CachePipeline pipeline = new CachePipeline(RedisAccess.ofCluster(nodes), "shop", "db0", 1);
                    CacheReader<String> reader = CacheReader.ofCluster(nodes)
                            .pipeline("shop")
                            .target("cache")
                            .projection(
                                    CachePipeline.PROJECTION,
                                    CachePipeline.KEY,
                                    new TextCodec(),
                                    Duration.ofMinutes(10))
                            .timeout(Duration.ofSeconds(20))
                            .build()) {
                pipeline.claim();
                assertThat(reader.get(List.of(0), key -> Optional.of("early"))).contains("early");
                pipeline.admit();
                pipeline.write("order:0", "written");
                List<List<Integer>> keys = new ArrayList<>();
                for (int i = 0; i < 50; i++) {
                    String value = "loaded " + i;
                    assertThat(reader.get(List.of(i), key -> Optional.of(value)))
                            .contains(i == 0 ? "written" : value);
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
}
