package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How a shard tells that a target has lost its data, until it has them again. */
class TargetRepairsTest {
    private static final TableName A = TableName.parse("a");
    private static final LoadState LOADED =
            LoadState.none().wanting(Map.of(A, Map.of("cache", Set.of("x"))), TableLoad.SKIPPED);

    private final List<Finding> heard = new ArrayList<>();
    private final ShardMonitor monitor = new ShardMonitor(
            PostgresShard.named("db0")
                    .host("localhost")
                    .database("d")
                    .user("u")
                    .password("p")
                    .build(),
            new PipelineListener() {
                @Override
                public void found(Finding finding) {
                    heard.add(finding);
                }
            });

    @Test
    void the_shard_is_degraded_with_the_reason_until_every_load_is_done() {
        monitor.to(ShardState.STARTING, "");
        LoadState reloading = LOADED.reloading();
        LoadState catchingUp = reloading.advance(null, 9, Map.of(A, TableLoad.CATCHING_UP));

        monitor.repairing("cache", TargetRepairs.emptied("db0", "cache"));
        assertThat(monitor.status().health().reason()).startsWith("starting: target 'cache' has lost its offset");
        monitor.to(ShardState.LOADING, "");
        monitor.begun();
        monitor.findings(List.of());

        assertThat(heard).extracting(Finding::kind).containsExactly(FindingKind.OFFSET_LOST);
        assertThat(monitor.status().findings()).containsExactlyElementsOf(heard);
        assertThat(monitor.status().health().status()).isEqualTo(HealthStatus.DEGRADED);
        assertThat(monitor.status().health().reason()).contains("target 'cache' has lost its offset");
        assertThat(monitor.repairs().update("cache", reloading)).isEmpty();
        assertThat(monitor.repairs().update("cache", catchingUp)).isEmpty();
        assertThat(monitor.repairs().update("other", LOADED)).isEmpty();

        assertThat(monitor.repairs().update("cache", catchingUp.advance(null, 10, Map.of(A, TableLoad.SUCCEEDED))))
                .isPresent();

        assertThat(monitor.status().findings()).isEmpty();
        assertThat(monitor.status().health().status()).isEqualTo(HealthStatus.UP);
    }
}
