package dev.cdcpipeline.metrics;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.ParkingCounters;
import dev.cdcpipeline.monitor.ParkingStatus;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.PipelineStatus;
import dev.cdcpipeline.monitor.ShardHealth;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.monitor.StreamCounters;
import dev.cdcpipeline.offset.PoolUse;
import dev.cdcpipeline.offset.TableLoad;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a pipeline with one shard, one target and two projections would tell. */
final class FakePipeline {
    ShardState state = ShardState.CREATED;
    boolean held;
    long applied;
    long parked;

    @Nullable
    PoolUse targetPool = new PoolUse(1, 2, 3, 6);

    int asked;
    PipelineListener listener = PipelineListener.NONE;

    CdcMetrics metrics() {
        return new CdcMetrics(this::status, added -> listener = added);
    }

    PipelineStatus status() {
        asked++;
        return new PipelineStatus(
                "shop",
                List.of(shard()),
                Optional.of(new PoolUse(0, 1, 0, 4)),
                targetPool == null ? Map.of() : Map.of("read-model", targetPool));
    }

    private ShardStatus shard() {
        return new ShardStatus(
                "db0",
                state,
                Optional.of(Instant.EPOCH),
                Optional.of(Duration.ofMillis(1500)),
                OptionalLong.of(4096),
                Map.of(),
                List.of(load("public.a", TableLoad.SUCCEEDED, 10, 12), load("public.b", TableLoad.PENDING, 20, 100)),
                false,
                new StreamCounters(7, 0, 0, 1, 0, 3, counts(applied), 5, 2),
                Map.of("read-model", Map.of("public.a_view", counts(applied), "public.b_view", counts(0))),
                new ParkingStatus(
                        Map.of("read-model", Map.of("public.a_view", 4L)),
                        Map.of(
                                "read-model",
                                Map.of(
                                        "public.a_view",
                                        new ParkingCounters(counts(parked), counts(1), counts(2), counts(0), 0)))),
                held ? OptionalLong.of(3) : OptionalLong.empty(),
                Optional.of("me"),
                Optional.of(Duration.ofMillis(250)),
                Optional.of(Duration.ofMillis(20)),
                OptionalLong.empty(),
                OptionalDouble.of(0.25),
                List.of(),
                new ShardHealth("db0", HealthStatus.DEGRADED, "starting"),
                Optional.empty());
    }

    private static LoadProgress load(String table, TableLoad load, long read, long estimated) {
        return new LoadProgress(TableName.parse(table), load, read, estimated);
    }

    private static Map<Operation, Long> counts(long updates) {
        Map<Operation, Long> counts = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            counts.put(operation, operation == Operation.UPDATE ? updates : 0);
        }
        return counts;
    }
}
