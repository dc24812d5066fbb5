package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The rights of a Redis user that docs/redis.md asks for are enough for everything. */
class RedisRightsIT {
    private static final Path DOCUMENT = Path.of("..", "docs", "redis.md");
    private static final String LINE = "ACL SETUSER cdc ";

    @Test
    void the_documented_rights_are_enough_for_every_projection_load_truncate_and_restart() throws IOException {
        try (RedisServer redis =
                        RedisServer.builder().user("cdc", "secret", rights()).start();
                RedisBench bench = new RedisBench()) {
            bench.source().execute("insert into orders select i, 'c' || i % 7, i from generate_series(1, 50) i");
            RedisTarget target = RedisTarget.named("cache", redis.uri())
                    .project(CacheProjection.from(RedisBench.ORDERS)
                            .key("order:{id}")
                            .ttl(Duration.ofHours(1))
                            .notify(Notification.publish("order-changes"))
                            .build())
                    .project(HashProjection.from(RedisBench.ORDERS)
                            .key("order:fields:{id}")
                            .notify(Notification.append("order:stream", 100))
                            .build())
                    .project(SetProjection.from(RedisBench.ORDERS)
                            .key("order:of:{customer}")
                            .member("{id}")
                            .build())
                    .project(SortedSetProjection.from(RedisBench.ORDERS)
                            .key("order:top:{customer}")
                            .member("{id}")
                            .score("total")
                            .build())
                    .project(CounterProjection.count(RedisBench.ORDERS)
                            .by("order:count:{customer}")
                            .build());
            for (int start = 1; start <= 2; start++) {
                try (CdcPipeline pipeline = bench.startLoaded(target)) {
                    bench.source()
                            .execute(
                                    "insert into orders values (100, 'new', null)",
                                    "update orders set customer = 'moved', total = 7 where id % 3 = 0",
                                    "update orders set id = 200 where id = 100",
                                    "delete from orders where id % 5 = 0");
                    bench.awaitApplied(pipeline);
                    assertThat(redis.command("GET", "order:3")).asString().contains("moved");
                    assertThat(redis.command("ZSCORE", "order:top:moved", "3")).isEqualTo("7");
                    assertThat(redis.command("GET", "order:count:moved"))
                            .isEqualTo(redis.command("SCARD", "order:of:moved") + "");

                    bench.source().execute("truncate orders");
                    bench.awaitApplied(pipeline);
                    assertThat(redis.command("KEYS", "order:*")).isEqualTo(List.of("order:stream"));
                    assertThat(RedisBench.status(pipeline).lastError()).isEmpty();
                }
                bench.source().execute("insert into orders select i, 'c' || i % 7, i from generate_series(1, 50) i");
            }
            assertThat(redis.command("ACL", "LOG")).as("what was refused").isEqualTo(List.of());
        }
    }

    private static String[] rights() throws IOException {
        try (Stream<String> lines = Files.lines(DOCUMENT)) {
            String rules = lines.filter(line -> line.startsWith(LINE))
                            .findFirst()
                            .orElseThrow()
                            .substring(LINE.length())
                    + " +publish &order-changes";
            return Arrays.stream(rules.split(" "))
                    .filter(rule -> !rule.equals("on") && !rule.startsWith(">"))
                    .toArray(String[]::new);
        }
    }
}
