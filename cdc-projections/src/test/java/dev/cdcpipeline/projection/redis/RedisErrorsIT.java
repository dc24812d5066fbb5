package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.testkit.RedisPersistence;
import dev.cdcpipeline.testkit.RedisServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A Redis that refuses what it is sent: what can pass is waited for, and nothing is lost. */
class RedisErrorsIT {
    private RedisBench bench;

    @BeforeEach
    void open() {
        bench = new RedisBench();
        bench.source().execute("insert into orders select i, 'customer ' || i, i from generate_series(1, 50) i");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void out_of_memory_is_waited_for() {
        try (RedisServer redis = RedisServer.start()) {
            CdcPipeline pipeline = bench.startLoaded(cache(redis));

            redis.command("CONFIG", "SET", "maxmemory", "1");
            write();
            awaitTrouble(pipeline, "OOM", "raise maxmemory");
            redis.command("CONFIG", "SET", "maxmemory", "0");

            assertOvercome(pipeline, redis);
        }
    }

    @Test
    void a_server_that_has_become_a_replica_is_waited_for() {
        try (RedisServer redis = RedisServer.start();
                RedisServer other = RedisServer.builder().replicaOf(redis).start()) {
            CdcPipeline pipeline = bench.startLoaded(cache(redis));

            other.promote();
            redis.replicate(other);
            write();
            awaitTrouble(pipeline, "READONLY", "the server is a replica");
            redis.promote();

            assertOvercome(pipeline, redis);
        }
    }

    @Test
    void a_server_that_loads_its_data_is_waited_for() throws InterruptedException {
        try (RedisServer redis = RedisServer.builder()
                .persistence(RedisPersistence.AOF_ALWAYS)
                .config("loading-process-events-interval-bytes", "1024")
                .start()) {
            CdcPipeline pipeline = bench.startLoaded(cache(redis));
            redis.command("DEBUG", "POPULATE", "20000");
            redis.command("BGREWRITEAOF"); // A dump, during whose loading it answers.
            RedisBench.eventually(() -> {
                assertThat(redis.info("aof_rewrite_in_progress")).isEqualTo("0");
                assertThat(redis.info("aof_rewrite_scheduled")).isEqualTo("0");
            });
            redis.command("CONFIG", "SET", "key-load-delay", "5000");
            redis.command("CONFIG", "REWRITE");

            redis.kill();
            write();
            Thread restart = new Thread(redis::restart);
            restart.start();
            awaitTrouble(pipeline, "LOADING", "the server is starting");
            redis.command("CONFIG", "SET", "key-load-delay", "0");
            restart.join();

            assertOvercome(pipeline, redis);
        }
    }

    @Test
    void a_server_that_is_kept_busy_by_a_script_is_waited_for() throws InterruptedException {
        try (RedisServer redis =
                RedisServer.builder().config("busy-reply-threshold", "50").start()) {
            CdcPipeline pipeline = bench.startLoaded(cache(redis));
            Thread script = new Thread(() -> {
                try {
                    redis.command("EVAL", "while true do end", "0");
                } catch (RuntimeException killed) {
                    // As it is meant to be.
                }
            });
            script.start();
            write();
            awaitTrouble(pipeline, "BUSY", "a script keeps the server busy");
            redis.command("SCRIPT", "KILL");
            script.join();

            assertOvercome(pipeline, redis);
        }
    }

    @Test
    void a_server_that_stands_still_is_waited_for_and_what_it_does_of_old_when_it_goes_on_harms_nobody() {
        try (RedisServer redis = RedisServer.start()) {
            CdcPipeline pipeline = bench.startLoaded(cache(redis));

            redis.suspend();
            write();
            awaitTrouble(pipeline, "no answer within");
            bench.source().execute("update orders set total = -1 where id % 7 = 0");
            redis.resume();

            assertOvercome(pipeline, redis);
        }
    }

    @Test
    void a_user_who_has_lost_a_right_stops_the_shard_with_what_to_grant_and_a_restart_goes_on() {
        try (RedisServer redis = RedisServer.builder()
                .user("cache", "secret", "~*", "&*", "+@all")
                .start()) {
            CdcPipeline pipeline = bench.startLoaded(cache(redis));

            redis.command("ACL", "SETUSER", "cache", "-set");
            write();
            RedisBench.eventually(
                    () -> assertThat(RedisBench.status(pipeline).state()).isEqualTo(ShardState.FAILED));
            assertThat(message(pipeline))
                    .contains("[db0]", "target 'cache'", "can't run this command", "grant the command and the keys")
                    .doesNotContain("secret");
            assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DOWN);
            assertThat(letters(pipeline)).isEmpty();

            redis.command("ACL", "SETUSER", "cache", "+set");
            pipeline.shard("db0").restart();
            assertOvercome(pipeline, redis);
        }
    }

    @Test
    void a_foreign_value_at_the_key_of_a_set_parks_the_rows_of_this_set_and_the_rest_flows()
            throws InterruptedException {
        try (RedisServer redis = RedisServer.start()) {
            SetProjection orders = SetProjection.from(RedisBench.ORDERS)
                    .key("orders-of:{customer}")
                    .member("{id}")
                    .build();
            CdcPipeline pipeline =
                    bench.startLoaded(RedisTarget.named("index", redis.uri()).project(orders));

            redis.command("SET", "orders-of:Ann", "of somebody else");
            bench.source().execute("insert into orders values (101, 'Ann', 1), (102, 'Bob', 1)");
            bench.source().execute("update orders set total = 2 where id = 101");
            bench.source().execute("insert into orders values (103, 'Bob', 3)");
            bench.awaitApplied(pipeline);

            assertThat(redis.command("SORT", "orders-of:Bob")).isEqualTo(List.of("102", "103"));
            assertThat(redis.command("GET", "orders-of:Ann")).isEqualTo("of somebody else");
            List<DeadLetter> letters = letters(pipeline);
            assertThat(letters).hasSize(2).extracting(DeadLetter::projection).containsOnly(orders.name());
            assertThat(letters).extracting(DeadLetter::isBehindAnother).containsExactly(false, true);
            assertThat(letters.get(0).error().orElseThrow().message())
                    .contains("WRONGTYPE", "orders-of:Ann", "holds a string, not a set", "who else writes it?");
            assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DEGRADED);

            redis.command("DEL", "orders-of:Ann");
            String order = pipeline.deadLetters().replay(DeadLetterFilter.all());
            assertThat(pipeline.deadLetters().await(order, RedisBench.PATIENCE)).isTrue();

            assertThat(redis.command("SMEMBERS", "orders-of:Ann")).isEqualTo(List.of("101"));
            assertThat(letters(pipeline)).isEmpty();
            assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP);
        }
    }

    private static RedisTarget cache(RedisServer redis) {
        return RedisTarget.named("cache", redis.uri()).project(RedisBench.cache());
    }

    /** Some of everything. */
    private void write() {
        bench.source().execute("update orders set total = total + 1000 where id % 3 = 0");
        bench.source().execute("delete from orders where id % 5 = 0", "insert into orders values (99, 'new', 1)");
    }

    private static void awaitTrouble(CdcPipeline pipeline, String... reasons) {
        RedisBench.eventually(() -> {
            assertThat(message(pipeline)).contains("[db0]", "target 'cache'").contains(reasons);
            assertThat(RedisBench.status(pipeline).state()).isEqualTo(ShardState.RETRYING);
            assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DEGRADED);
        });
    }

    private void assertOvercome(CdcPipeline pipeline, RedisServer redis) {
        bench.awaitApplied(pipeline);
        bench.assertCacheEqualsSource(redis);
        assertThat(RedisBench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
        assertThat(letters(pipeline)).isEmpty();
    }

    private static List<DeadLetter> letters(CdcPipeline pipeline) {
        return pipeline.deadLetters().list(DeadLetterFilter.all(), 100);
    }

    private static String message(CdcPipeline pipeline) {
        return RedisBench.status(pipeline)
                .lastError()
                .map(error -> error.message())
                .orElse("");
    }
}
