package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.pipeline.Bench;
import dev.cdcpipeline.pipeline.Item;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.projection.redis.SetProjection;
import dev.cdcpipeline.testkit.RedisServer;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that a projection into Redis fails at: they wait at home, and everything else flows. */
class RedisLettersIT {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();

    private final AtomicBoolean broken = new AtomicBoolean(true);
    private RedisServer redis;
    private Bench bench;
    private CdcPipeline pipeline;

    @BeforeEach
    void start() throws InterruptedException {
        redis = RedisServer.start();
        bench = new Bench().source("db0");
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, 20) i");
        pipeline = bench.startLoaded(bench.builder()
                .failurePolicy(failed -> new FailureDecision.Park())
                .target(RedisTarget.named("cache", redis.uri())
                        .project(CacheProjection.from(Item.A)
                                .key("a:{id}")
                                .map(this::shown, Item.class)
                                .build())
                        .project(SetProjection.from(Item.A)
                                .key("with:{val}")
                                .member("{id}")
                                .build())));
    }

    @AfterEach
    void close() {
        bench.close();
        redis.close();
    }

    private Item shown(Item item) {
        if (broken.get() && "poison".equals(item.val())) {
            throw new IllegalStateException("cannot be shown");
        }
        return item;
    }

    private void poison() throws InterruptedException {
        bench.source()
                .execute(
                        "update a set val = 'poison' where id in (5, 6, 7)",
                        "update a set val = 'later', n = 100 where id = 5",
                        "delete from a where id = 6",
                        "update a set id = 107 where id = 7",
                        "update a set val = 'flows' where id = 8");
        bench.awaitApplied(pipeline);
    }

    private SortedMap<String, String> expected() {
        SortedMap<String, String> expected = new TreeMap<>(Items.of(bench.source(), "a", "a:"));
        Bench.rows(
                        bench.source(),
                        "select val || '=' || '[' || string_agg(id::text, ', ' order by id::text collate \"C\") || ']'"
                                + " from a group by val")
                .forEach(set -> expected.put("with:" + set.split("=")[0], set.split("=")[1]));
        return expected;
    }

    @Test
    void rows_that_cannot_be_shown_wait_and_a_replay_makes_redis_equal() throws InterruptedException {
        poison();

        assertThat(pipeline.deadLetters().list(ALL, 100))
                .extracting(DeadLetter::error)
                .anySatisfy(error -> assertThat(error.orElseThrow().message()).contains("cannot be shown"));
        Map<String, String> now = RedisContent.of(redis.uri());
        assertThat(now.get("a:8")).contains("flows");
        assertThat(now.get("a:5")).as("as before it failed").contains("old");
        assertThat(now.get("with:flows")).isEqualTo("[8]");

        broken.set(false);
        Bench.replayAll(pipeline);

        bench.assertNoLetters();
        assertThat(RedisContent.of(redis.uri())).isEqualTo(expected());
    }

    @Test
    void what_waits_when_redis_is_emptied_is_there_again_after_the_repair_and_a_replay() throws InterruptedException {
        poison();

        redis.command("FLUSHALL");
        Bench.eventually(() -> assertThat(RedisContent.of(redis.uri())).hasSizeGreaterThan(17));
        bench.source().execute("update a set val = 'after' where id = 9");
        bench.awaitApplied(pipeline);
        assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
        broken.set(false);
        Bench.replayAll(pipeline);

        bench.awaitApplied(pipeline);
        Bench.eventually(() -> assertThat(RedisContent.of(redis.uri())).isEqualTo(expected()));
        bench.assertNoLetters();
    }

    @Test
    void truncate_ends_what_waits_and_leaves_nothing() throws InterruptedException {
        poison();

        bench.source().execute("truncate a", "insert into a values (5, 'new', 1)");
        bench.awaitApplied(pipeline);
        broken.set(false);
        Bench.replayAll(pipeline);

        assertThat(RedisContent.of(redis.uri())).isEqualTo(expected()).hasSize(2);
        assertThat(pipeline.deadLetters().list(ALL, 10)).isEmpty();
    }
}
