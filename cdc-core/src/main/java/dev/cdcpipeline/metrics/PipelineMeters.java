package dev.cdcpipeline.metrics;

import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.PipelineStatus;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One pipeline's meters in one registry; hears of batches, which no status remembers one by one. */
final class PipelineMeters implements PipelineListener {
    private final StatusCache status;
    private final Registration registration;
    private final PoolMeters pools;
    private final Map<String, Map<String, TargetMeters>> targets = new HashMap<>();

    PipelineMeters(MeterRegistry registry, StatusCache status) {
        this.status = status;
        this.registration = new Registration(registry, status, status.get().pipeline());
        this.pools = new PoolMeters(registration);
    }

    void register() {
        registration.removeFormer();
        PipelineStatus now = status.get();
        for (ShardStatus shard : now.shards()) {
            new ShardMeters(registration, shard.shard()).register();
            ChangeMeters changes = new ChangeMeters(registration, shard.shard());
            changes.register();
            Map<String, TargetMeters> ofShard = new HashMap<>();
            shard.appliedByProjection().forEach((target, projections) -> {
                projections.keySet().forEach(projection -> changes.register(target, projection));
                ofShard.put(target, new TargetMeters(registration, shard.shard(), target));
            });
            targets.put(shard.shard(), ofShard);
        }
        pools.register(now);
    }

    void remove() {
        registration.remove();
    }

    @Override
    public void applied(BatchApplied batch) {
        TargetMeters meters = find(batch.shard(), batch.target());
        if (meters != null && batch.changes() > 0) {
            meters.applied(batch);
        }
    }

    @Override
    public void retrying(String shard, String target, int attempt, Throwable failure) {
        TargetMeters meters = find(shard, target);
        if (meters != null) {
            meters.retrying();
        }
    }

    /** Some pools are opened at their first use only. */
    @Override
    public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
        if (to.isRunning()) {
            pools.register(status.get());
        }
    }

    private @Nullable TargetMeters find(String shard, String target) {
        return targets.getOrDefault(shard, Map.of()).get(target);
    }
}
