package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

class RedisSentinelsIT {

    @Test
    void make_the_replica_the_master_when_the_master_dies() {
        try (RedisSentinels sentinels = RedisSentinels.start(server -> server.password("secret"))) {
            RedisServer master = sentinels.master();
            RedisServer replica = sentinels.replica();
            master.command("SET", "a", "1");
            await().until(() -> "1".equals(replica.command("GET", "a")));
            assertThat(sentinels.uri())
                    .startsWith("redis-sentinel://default:secret@127.0.0.1:")
                    .endsWith("#cdc");

            master.kill();
            sentinels.awaitFailover(master);

            assertThat(sentinels.master()).isSameAs(replica);
            replica.command("SET", "a", "2");
            assertThat(replica.command("GET", "a")).isEqualTo("2");
        }
    }
}
