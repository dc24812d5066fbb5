package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.Relations;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EngineRunTest {

    @Test
    void a_run_that_debezium_refuses_leaves_nothing_behind() {
        PostgresShard shard = PostgresShard.named("db0")
                .host("localhost")
                .database("d")
                .user("u")
                .password("p")
                .connector("record.processing.threads", "many")
                .build();
        MemoryTarget target = new MemoryTarget("t", Records.ORDERS)
                .stands(new Offset(BoundaryText.of(100, 1, 0), Position.boundary(100), LoadState.none()));
        List<Session> sessions = List.of(new Session(target, target.open()));
        PreparedShard prepared = new PreparedShard(
                new CapturedTables(Map.of(Records.ORDERS, Set.of("id")), Set.of(), Map.of(), Map.of()),
                Relations.of(Set.of(Records.ORDERS)),
                sessions,
                LoadPlan.of(sessions));
        int before = EngineHandoff.running();

        assertThatThrownBy(() -> new EngineRun(
                        shard,
                        ShardNames.of("shop", shard),
                        EnginePropertiesTest.settings(),
                        new ShardMonitor(shard, PipelineListener.NONE),
                        prepared,
                        new ShardLetters(shard.id(), EnginePropertiesTest.settings()),
                        () -> false))
                .isInstanceOf(RuntimeException.class);
        assertThat(EngineHandoff.running()).isEqualTo(before);
    }
}
