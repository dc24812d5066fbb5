package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedisServerIT {

    @Test
    void runs_redis_7_on_this_machine_only() {
        try (RedisServer redis = RedisServer.start()) {
            assertThat(redis.info("redis_version")).startsWith("7.");
            assertThat(redis.uri()).isEqualTo("redis://127.0.0.1:" + redis.port());
            assertThat(redis.command("SET", "a", "ä b")).isEqualTo("OK");
            assertThat(redis.command("GET", "a")).isEqualTo("ä b");
            assertThat(redis.command("GET", "b")).isNull();
            assertThat(redis.command("INCR", "n")).isEqualTo(1L);
            assertThat(redis.command("MGET", "a", "n")).isEqualTo(List.of("ä b", "1"));
            assertThat(redis.command("CONFIG", "GET", "bind")).isEqualTo(List.of("bind", "127.0.0.1"));
            assertThatThrownBy(() -> redis.command("INCR", "a"))
                    .isInstanceOf(RedisErrorException.class)
                    .hasMessage("INCR: ERR value is not an integer or out of range");
        }
    }

    @Test
    void keeps_what_was_answered_across_a_kill_or_nothing_by_its_persistence() {
        try (RedisServer kept = RedisServer.builder()
                        .persistence(RedisPersistence.AOF_ALWAYS)
                        .start();
                RedisServer forgotten = RedisServer.start()) {
            for (RedisServer redis : List.of(kept, forgotten)) {
                int port = redis.port();
                redis.command("SET", "a", "1");
                redis.kill();
                assertThat(redis.isRunning()).isFalse();
                redis.restart();
                assertThat(redis.port()).isEqualTo(port);
            }
            assertThat(kept.command("GET", "a")).isEqualTo("1");
            assertThat(forgotten.command("DBSIZE")).isEqualTo(0L);

            kept.emptyRestart();
            assertThat(kept.command("DBSIZE")).isEqualTo(0L);
        }
    }

    @Test
    void comes_back_older_than_it_was_from_a_dump() {
        try (RedisServer redis = RedisServer.start()) {
            redis.command("SET", "offset", "1");
            redis.command("SAVE");
            redis.command("SET", "offset", "2");
            redis.restart();

            assertThat(redis.command("GET", "offset")).isEqualTo("1");
        }
    }

    @Test
    void answers_nothing_while_it_is_suspended() {
        try (RedisServer redis = RedisServer.start()) {
            redis.suspend();
            Thread resuming = new Thread(redis::resume);
            assertThat(redis.isRunning()).isTrue();
            assertThat(redis.answers()).isFalse();
            resuming.start();
            assertThat(redis.command("PING")).isEqualTo("PONG");

            redis.suspend();
            redis.kill();
            redis.restart();
            assertThat(redis.command("PING")).isEqualTo("PONG");
        }
    }

    @Test
    void feeds_a_replica_that_can_be_promoted() {
        try (RedisServer master = RedisServer.builder().password("s p+/@").start();
                RedisServer replica = RedisServer.builder().replicaOf(master).start()) {
            master.command("SET", "a", "1");
            await().until(() -> "1".equals(replica.command("GET", "a")));
            assertThat(replica.info("role")).isEqualTo("slave");
            assertThatThrownBy(() -> replica.command("SET", "a", "2")).hasMessageContaining("READONLY");

            replica.promote();
            replica.command("SET", "a", "2");
            master.replicate(replica);
            assertThat(master.command("GET", "a")).isEqualTo("2");
        }
    }

    @Test
    void lets_users_do_what_their_rules_say() throws IOException {
        try (RedisServer redis = RedisServer.builder()
                .user("reader", "s p+/@", "~order:*", "+get")
                .config("maxmemory", "20mb")
                .start()) {
            assertThat(redis.uri()).isEqualTo("redis://reader:s%20p%2B%2F%40@127.0.0.1:" + redis.port());
            assertThat(redis.command("CONFIG", "GET", "maxmemory")).isEqualTo(List.of("maxmemory", "20971520"));

            RedisConnector nobody = new RedisConnector(redis.host(), redis.port(), null, null);
            assertThatThrownBy(() -> nobody.call("GET", "order:1")).hasMessageContaining("NOAUTH");
            RedisUser user = redis.settings().users().get(0);
            RedisConnector reader = new RedisConnector(redis.host(), redis.port(), user, null);
            assertThat(reader.call("GET", "order:1")).isNull();
            assertThatThrownBy(() -> reader.call("GET", "customer:1")).hasMessageContaining("NOPERM");
        }
    }

    @Test
    void speaks_tls_with_a_certificate_of_its_own_also_to_its_replica() {
        try (RedisServer redis = RedisServer.builder().tls().password("secret").start();
                RedisServer replica = RedisServer.builder().replicaOf(redis).start()) {
            assertThat(redis.uri()).startsWith("rediss://");
            assertThat(redis.certificate()).content().startsWith("-----BEGIN CERTIFICATE-----");
            redis.command("SET", "a", "1");
            await().until(() -> "1".equals(replica.command("GET", "a")));

            RedisConnector plain = new RedisConnector(redis.host(), redis.port(), null, null);
            assertThatThrownBy(() -> plain.call("PING")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void refuses_to_take_a_foreign_server_on_its_port_for_itself() throws IOException {
        try (RedisServer redis = RedisServer.start()) {
            redis.kill();
            try (ServerSocket foreign = new ServerSocket(redis.port(), 1, InetAddress.getLoopbackAddress())) {
                assertThat(foreign.isBound()).isTrue();
                assertThatThrownBy(redis::restart)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Failed listening on port " + redis.port());
            }
            redis.restart();
        }
    }

    @Test
    void shows_its_log_when_it_cannot_start() {
        assertThatThrownBy(() ->
                        RedisServer.builder().config("maxmemory", "nonsense").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("maxmemory");
    }
}
