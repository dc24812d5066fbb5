package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShardMonitorTest {
    private static final PostgresShard SHARD = PostgresShard.named("db0")
            .host("localhost")
            .database("d")
            .user("u")
            .password("p")
            .build();

    private final List<String> heard = new ArrayList<>();
    private final ShardMonitor monitor = new ShardMonitor(SHARD, new PipelineListener() {
        @Override
        public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
            heard.add(from + " " + to);
        }
    });

    @Test
    void a_shard_that_is_being_stopped_is_never_said_to_work_again() {
        monitor.to(ShardState.STARTING, "");
        monitor.to(ShardState.STREAMING, "");
        monitor.to(ShardState.STOPPING, "");
        monitor.to(ShardState.RETRYING, "a target failed because it was aborted");
        monitor.to(ShardState.STREAMING, "");
        monitor.to(ShardState.STOPPED, "");

        assertThat(heard)
                .containsExactly("CREATED STARTING", "STARTING STREAMING", "STREAMING STOPPING", "STOPPING STOPPED");
    }

    @Test
    void a_shard_that_has_failed_is_never_said_to_be_stopped() {
        monitor.to(ShardState.STARTING, "");
        monitor.to(ShardState.FAILED, "gave up");
        monitor.to(ShardState.STOPPING, "");
        monitor.to(ShardState.STOPPED, "");

        assertThat(monitor.state()).isEqualTo(ShardState.FAILED);
    }

    @Test
    void a_state_that_is_set_again_is_no_change() {
        monitor.to(ShardState.STARTING, "");
        monitor.to(ShardState.STARTING, "");

        assertThat(heard).hasSize(1);
    }

    @Test
    void an_error_names_its_shard_once() {
        assertThat(monitor.failed("no connection")).isEqualTo("[db0] no connection");
        assertThat(monitor.failed("[db0] no connection")).isEqualTo("[db0] no connection");
        assertThat(monitor.status().lastError())
                .hasValueSatisfying(error -> assertThat(error.message()).isEqualTo("[db0] no connection"));
    }

    @Test
    void what_a_listener_throws_goes_no_further() {
        ShardMonitor unlucky = new ShardMonitor(SHARD, new PipelineListener() {
            @Override
            public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
                throw new IllegalStateException("the listener's own trouble");
            }
        });

        unlucky.to(ShardState.STARTING, "");

        assertThat(unlucky.state()).isEqualTo(ShardState.STARTING);
    }
}
