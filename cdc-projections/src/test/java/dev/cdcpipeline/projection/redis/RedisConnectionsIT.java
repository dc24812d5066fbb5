package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.testkit.RedisSentinels;
import dev.cdcpipeline.testkit.RedisServer;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SslOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The ways to a Redis, and what is said where there is none. */
class RedisConnectionsIT {
    private static final String PASSWORD = "s3cret-of-redis";
    private static final Duration BOUND = Duration.ofSeconds(20);

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
    void a_server_by_its_uri() {
        try (RedisServer redis = RedisServer.builder().password(PASSWORD).start()) {
            RedisTarget target = RedisTarget.named("cache", redis.uri()).project(RedisBench.cache());

            runsEverything(target, redis);
            assertThat(target.toString()).contains("cache").doesNotContain(PASSWORD);
        }
    }

    @Test
    void a_client_of_the_users_which_stays_his() {
        try (RedisServer redis = RedisServer.start()) {
            RedisClient client = RedisClient.create(redis.uri());
            runsEverything(RedisTarget.named("cache", client).project(RedisBench.cache()), redis);

            assertThat(client.connect().sync().get("order:50")).contains("\"id\":50");
            client.shutdown();
        }
    }

    @Test
    void a_server_with_tls_by_a_client_that_trusts_its_certificate() {
        try (RedisServer redis = RedisServer.builder().tls().password(PASSWORD).start()) {
            RedisClient client = RedisClient.create(redis.uri());
            client.setOptions(ClientOptions.builder()
                    .sslOptions(SslOptions.builder()
                            .trustManager(redis.certificate().toFile())
                            .build())
                    .build());
            runsEverything(RedisTarget.named("cache", client).project(RedisBench.cache()), redis);
            client.shutdown();
        }
    }

    @Test
    void the_master_that_sentinels_name_also_when_another_one_takes_over() {
        try (RedisSentinels sentinels = RedisSentinels.start(server -> server.password(PASSWORD))) {
            CdcPipeline pipeline = bench.startLoaded(
                    RedisTarget.named("cache", sentinels.uri()).project(RedisBench.cache()));
            bench.assertCacheEqualsSource(sentinels.master());
            RedisServer lost = sentinels.master();

            lost.kill();
            bench.source().execute("update orders set total = total + 100", "delete from orders where id % 5 = 0");
            sentinels.awaitFailover(lost);
            bench.awaitApplied(pipeline);

            RedisBench.eventually(() -> bench.assertCacheEqualsSource(sentinels.master()));
        }
    }

    @Test
    void a_server_that_cannot_be_reached_or_refuses_us_is_named_with_what_to_check() throws IOException {
        try (RedisServer redis = RedisServer.builder().password(PASSWORD).start();
                RedisServer tls = RedisServer.builder().tls().start()) {
            String at = "127.0.0.1:" + redis.port();
            String nowhere = "127.0.0.1:" + closedPort();

            assertThat(refusal("redis://default:wrong-" + PASSWORD + "@" + at))
                    .contains(at, "WRONGPASS", "check user and password");
            assertThat(refusal("redis://" + at)).contains(at, "NOAUTH", "name user and password");
            assertThat(refusal("redis://:" + PASSWORD + "@" + nowhere)).contains(nowhere, "refused");
            assertThat(refusal("redis://:" + PASSWORD + "@no-such-host.invalid"))
                    .contains("no-such-host.invalid");
            assertThat(refusal("rediss://:" + PASSWORD + "@" + at + "?timeout=2s"))
                    .contains(at, "TLS");
            assertThat(refusal("redis://127.0.0.1:" + tls.port())).contains("127.0.0.1:" + tls.port(), "TLS");
            assertThat(refusal(tls.uri()))
                    .contains("127.0.0.1:" + tls.port(), "valid certification path", "SslOptions");
            assertThat(refusal("redis://:" + PASSWORD + "@" + at + "/99")).contains(at, "DB index is out of range");
            redis.suspend();
            assertThat(refusal("redis://:" + PASSWORD + "@" + at + "?timeout=2s"))
                    .contains(at, "timed out");
        }
    }

    @Test
    void a_replica_is_refused_at_the_start() {
        try (RedisServer master = RedisServer.start();
                RedisServer replica = RedisServer.builder().replicaOf(master).start()) {
            assertThat(refusal(replica.uri())).contains("READONLY", "the server is a replica");
        }
    }

    /** First load, changes, and a second start. */
    private void runsEverything(RedisTarget target, RedisServer redis) {
        for (int start = 1; start <= 2; start++) {
            try (CdcPipeline pipeline = bench.startLoaded(target)) {
                bench.source()
                        .execute(
                                "update orders set customer = 'changed' where id % 3 = " + start,
                                "delete from orders where id = " + start,
                                "insert into orders values (100" + start + ", 'new', null)");
                bench.awaitApplied(pipeline);
                bench.assertCacheEqualsSource(redis);
                assertThat(RedisBench.status(pipeline).lastError()).isEmpty();
            }
        }
    }

    /** What start() says: soon, with shard and target, without a password. */
    private String refusal(String uri) {
        CdcPipeline pipeline = bench.builder()
                .target(RedisTarget.named("cache", uri).project(RedisBench.cache()))
                .build();
        long began = System.nanoTime();
        Throwable failure = catchThrowable(pipeline::start);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).as("start()").isLessThan(BOUND);
        pipeline.close();
        assertThat(failure).isInstanceOf(CdcException.class).message().contains("[db0]", "target 'cache'");
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertThat(trace.toString()).doesNotContain(PASSWORD);
        System.out.println("start() says: " + failure.getMessage());
        return failure.getMessage();
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
