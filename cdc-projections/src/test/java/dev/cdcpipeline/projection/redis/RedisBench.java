package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisServer;
import dev.cdcpipeline.testkit.TestDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;

/** A source with a table of orders, a home database, and pipelines from there into a Redis. */
final class RedisBench implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final SourceTable<Order> ORDERS = SourceTable.of("public.orders", Order.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TestDatabase source = PostgresSource.shared().freshDatabase("source");
    private final TestDatabase home = PostgresSource.shared().freshDatabase("home");
    private final Deque<CdcPipeline> started = new ArrayDeque<>();

    record Order(
            long id, @Nullable String customer, @Nullable Integer total) {}

    RedisBench() {
        source.execute("create table orders (id bigint primary key, customer text, total int)");
    }

    TestDatabase source() {
        return source;
    }

    TestDatabase home() {
        return home;
    }

    /** {@code order:<id>} with the row as JSON. */
    static CacheProjection<Order> cache() {
        return CacheProjection.from(ORDERS).key("order:{id}").build();
    }

    /** A pipeline that needs a target. */
    CdcPipelineBuilder builder() {
        return CdcPipeline.builder()
                .name("shop")
                .offsets(JdbcOffsets.in(home.dataSource()))
                .shard(PostgresShard.named("db0")
                        .host(source.source().host())
                        .port(source.source().port())
                        .database(source.name())
                        .user(source.source().username())
                        .password(source.source().password())
                        .heartbeat(Duration.ofMillis(200))
                        .build());
    }

    /** Starts a pipeline that is closed with this bench, and waits for its first load. */
    CdcPipeline startLoaded(RedisTarget target) {
        return startLoaded(builder().target(target));
    }

    CdcPipeline startLoaded(CdcPipelineBuilder builder) {
        CdcPipeline pipeline = builder.build();
        started.push(pipeline);
        pipeline.start();
        uninterrupted(() -> assertThat(pipeline.awaitLoaded(PATIENCE))
                .as("loaded in time; status %s", pipeline.status())
                .isTrue());
        return pipeline;
    }

    /** Waits until everything that is committed now is applied. */
    void awaitApplied(CdcPipeline pipeline) {
        String lsn = source.queryString("select pg_current_wal_insert_lsn()::text");
        uninterrupted(() -> assertThat(pipeline.awaitApplied("db0", lsn, PATIENCE))
                .as("applied in time; status %s", pipeline.status())
                .isTrue());
    }

    static ShardStatus status(CdcPipeline pipeline) {
        return pipeline.status().shard("db0");
    }

    static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
    }

    /** Every row has its entry in the cache, and no other entry is there. */
    void assertCacheEqualsSource(RedisServer redis) {
        Map<String, JsonNode> expected = new TreeMap<>();
        source.queryStrings(
                        "select json_build_object('id', id, 'customer', customer, 'total', total)::text from orders")
                .forEach(row -> expected.put("order:" + json(row).get("id"), json(row)));
        Map<String, JsonNode> found = new TreeMap<>();
        if (redis.command("KEYS", "order:*") instanceof List<?> keys) {
            keys.forEach(key -> found.put((String) key, json((String) redis.command("GET", (String) key))));
        }
        assertThat(found).isEqualTo(expected);
    }

    private static JsonNode json(@Nullable String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waiting that a test need not declare. */
    private interface Waiting {
        void run() throws InterruptedException;
    }

    private static void uninterrupted(Waiting waiting) {
        try {
            waiting.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Closes the pipelines, then drops the databases. */
    @Override
    public void close() {
        started.forEach(CdcPipeline::close);
        source.close();
        home.close();
    }
}
