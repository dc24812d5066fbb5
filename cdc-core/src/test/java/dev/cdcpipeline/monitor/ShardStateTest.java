package dev.cdcpipeline.monitor;

import static dev.cdcpipeline.monitor.ShardState.CREATED;
import static dev.cdcpipeline.monitor.ShardState.FAILED;
import static dev.cdcpipeline.monitor.ShardState.LOADING;
import static dev.cdcpipeline.monitor.ShardState.PAUSED;
import static dev.cdcpipeline.monitor.ShardState.RETRYING;
import static dev.cdcpipeline.monitor.ShardState.STANDBY;
import static dev.cdcpipeline.monitor.ShardState.STARTING;
import static dev.cdcpipeline.monitor.ShardState.STOPPED;
import static dev.cdcpipeline.monitor.ShardState.STOPPING;
import static dev.cdcpipeline.monitor.ShardState.STREAMING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ShardStateTest {

    @Test
    void this_is_the_whole_table() {
        assertThat(after(CREATED)).containsExactly(STARTING, STANDBY, PAUSED, RETRYING, STOPPING);
        assertThat(after(STARTING)).containsExactly(STANDBY, PAUSED, LOADING, STREAMING, RETRYING, STOPPING, FAILED);
        assertThat(after(STANDBY)).containsExactly(STARTING, STANDBY, PAUSED, RETRYING, STOPPING, FAILED);
        assertThat(after(PAUSED)).isEqualTo(after(STANDBY));
        assertThat(after(STREAMING))
                .containsExactly(STARTING, STANDBY, PAUSED, LOADING, STREAMING, RETRYING, STOPPING, FAILED);
        assertThat(after(LOADING)).isEqualTo(after(STREAMING));
        assertThat(after(RETRYING)).isEqualTo(after(STREAMING));
        assertThat(after(FAILED)).containsExactly(STARTING, STANDBY, PAUSED);
        assertThat(after(STOPPING)).containsExactly(STOPPED, FAILED);
        assertThat(after(STOPPED)).isEmpty();
    }

    @Test
    void every_state_can_be_reached() {
        Set<ShardState> reached = EnumSet.of(CREATED);
        Deque<ShardState> open = new ArrayDeque<>(reached);
        while (!open.isEmpty()) {
            after(open.pop()).stream().filter(reached::add).forEach(open::push);
        }

        assertThat(reached).containsExactly(ShardState.values());
    }

    @Test
    void a_shard_that_is_not_at_work_never_streams_without_a_start() {
        for (ShardState idle : List.of(CREATED, STANDBY, PAUSED, FAILED, STOPPING, STOPPED)) {
            assertThat(after(idle)).doesNotContain(LOADING, STREAMING);
        }
    }

    @Test
    void a_shard_that_has_failed_is_not_hidden_by_a_close() {
        assertThat(FAILED.canBecome(STOPPING)).isFalse();
        assertThat(FAILED.canBecome(STOPPED)).isFalse();
        assertThat(FAILED.isFinal()).isTrue();
    }

    private static List<ShardState> after(ShardState state) {
        return Arrays.stream(ShardState.values()).filter(state::canBecome).toList();
    }
}
