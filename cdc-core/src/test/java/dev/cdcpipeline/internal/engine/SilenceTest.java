package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SilenceTest {

    @Test
    void five_heartbeats_make_doubt_and_thirty_despair() {
        PostgresShard shard = heartbeat(Duration.ofSeconds(2));

        assertThat(Silence.doubt(shard)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Silence.despair(shard)).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void a_short_heartbeat_does_not_make_a_pause_of_the_garbage_collector_a_trouble() {
        PostgresShard shard = heartbeat(Duration.ofMillis(200));

        assertThat(Silence.doubt(shard)).isEqualTo(Duration.ofSeconds(5));
        assertThat(Silence.despair(shard)).isEqualTo(Duration.ofSeconds(30));
    }

    private static PostgresShard heartbeat(Duration interval) {
        return PostgresShard.named("db0")
                .host("h")
                .database("d")
                .user("u")
                .password("p")
                .heartbeat(interval)
                .build();
    }
}
