package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.pipeline.Bench;
import dev.cdcpipeline.pipeline.Item;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.testkit.RedisServer;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a cache gets its rows: at first, on request, under a new prefix, and from several shards. */
class RedisWarmIT {
    /** More than fit into the engine's queue, so that what comes after the first rows comes before the last. */
    private static final int ROWS = 30_000;

    private static RedisServer redis;

    private Bench bench;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void begin() {
        redis.command("FLUSHALL");
        bench = new Bench().source("db0");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static CacheProjection<Item> a(String prefix) {
        return CacheProjection.from(Item.A).key("a:{id}").prefix(prefix).build();
    }

    @Test
    void a_change_is_in_the_cache_while_the_first_load_is_under_way() throws InterruptedException {
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i");
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger readsBeforeChange = new AtomicInteger();
        RedisTarget target = RedisTarget.named("cache", redis.uri())
                .project(CacheProjection.from(Item.A)
                        .key("a:{id}")
                        .map(
                                item -> {
                                    if ("new".equals(item.val())) {
                                        readsBeforeChange.compareAndSet(0, reads.get());
                                    } else if (reads.incrementAndGet() == 100) {
                                        bench.source().execute("insert into a values (1000000, 'new', 1)");
                                    }
                                    return item;
                                },
                                Item.class)
                        .build());

        CdcPipeline pipeline = bench.startLoaded(bench.builder().target(target).batchSize(500));

        bench.awaitApplied(pipeline);
        assertThat(readsBeforeChange.get()).as("rows read before the change").isBetween(100, ROWS - 1);
        assertThat(RedisContent.of(redis.uri())).isEqualTo(Items.of(bench.source(), "a", "a:"));
    }

    @Test
    void a_backfill_puts_one_projection_right_and_removes_what_no_row_has() throws InterruptedException {
        bench.source()
                .execute(
                        "insert into a select i, 'old', i from generate_series(1, 500) i",
                        "insert into b select i, 'old', i from generate_series(1, 500) i");
        CdcPipeline pipeline = bench.startLoaded(bench.builder().target(Items.cache(redis)));
        for (int i = 1; i <= 500; i += 10) {
            redis.command("SET", "a:" + i, "{\"spoilt\":1}");
            redis.command("DEL", "a:" + (i + 1));
            redis.command("DEL", "b:" + i);
        }

        assertThat(pipeline.awaitBackfill(pipeline.backfill("a:{id}"), Bench.PATIENCE))
                .isTrue();

        Map<String, String> expected = new TreeMap<>(Items.of(bench.source(), "b", "b:"));
        expected.keySet().removeIf(key -> key.matches("b:\\d*1"));
        expected.putAll(Items.of(bench.source(), "a", "a:"));
        assertThat(RedisContent.of(redis.uri())).isEqualTo(expected);

        pipeline.backfill("b:{id}");
        Items.awaitEqual(redis, bench.source());
    }

    @Test
    void a_second_version_is_warmed_beside_the_first_which_is_dropped_alone_when_nobody_reads_it()
            throws InterruptedException {
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, 1500) i");
        RedisTarget first = RedisTarget.named("cache", redis.uri()).project(a("v1:"));
        bench.startLoaded(bench.builder().target(first)).close();
        bench.source().execute("delete from a where id = 7");

        CdcPipeline both = bench.startLoaded(bench.builder().target(first.project(a("v2:"))));
        bench.source().execute("update a set val = 'both' where id < 300", "delete from a where id = 8");
        bench.awaitApplied(both);
        Map<String, String> expected = new TreeMap<>(Items.of(bench.source(), "a", "v1:a:"));
        expected.putAll(Items.of(bench.source(), "a", "v2:a:"));
        assertThat(RedisContent.of(redis.uri())).isEqualTo(expected);
        both.close();

        RedisTarget second = RedisTarget.named("cache", redis.uri()).project(a("v2:"));
        CdcPipeline dropped = bench.startLoaded(bench.builder().target(second.drop(a("v1:"))));
        bench.source().execute("update a set val = 'second' where id < 300", "delete from a where id = 9");
        bench.awaitApplied(dropped);
        assertThat(RedisContent.of(redis.uri())).isEqualTo(Items.of(bench.source(), "a", "v2:a:"));
        await("that what protects deleted rows for a second is gone, and nothing is left of the first version")
                .untilAsserted(() -> assertThat(RedisContent.own(redis.uri())).noneMatch(key -> key.contains("v1:")));
    }

    @Test
    void truncate_of_one_shard_leaves_the_entries_of_the_others() throws InterruptedException {
        bench.source("db1");
        bench.db("db0").execute("insert into a select i, 'of db0', i from generate_series(1, 500) i");
        bench.db("db1").execute("insert into a select i, 'of db1', i from generate_series(1001, 1500) i");
        CdcPipeline pipeline = bench.startLoaded(bench.builder().target(Items.cache(redis)));
        bench.awaitApplied(pipeline);
        Items.awaitEqual(redis, bench.db("db0"), bench.db("db1"));

        bench.db("db0")
                .execute(
                        "begin; insert into a values (501, 'gone', 1); truncate a; insert into a values (2, 'again', 2); commit");
        bench.awaitApplied(pipeline);

        Items.awaitEqual(redis, bench.db("db0"), bench.db("db1"));
        assertThat(RedisContent.of(redis.uri())).hasSize(501);
    }
}
