package dev.cdcpipeline.metrics;

import dev.cdcpipeline.monitor.PipelineStatus;
import dev.cdcpipeline.offset.PoolUse;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The connection pools of home database and targets, as far as they tell anything. Thread-safe. */
final class PoolMeters {
    private final Registration in;
    private final Set<String> registered = new HashSet<>();

    PoolMeters(Registration in) {
        this.in = in;
    }

    /** Registers those that are known by now. */
    synchronized void register(PipelineStatus status) {
        if (status.homePool().isPresent() && registered.add("home")) {
            register("home", PipelineStatus::homePool);
        }
        for (String target : status.targetPools().keySet()) {
            String pool = "target:" + target;
            if (registered.add(pool)) {
                register(pool, now -> Optional.ofNullable(now.targetPools().get(target)));
            }
        }
    }

    private void register(String pool, Function<PipelineStatus, Optional<PoolUse>> use) {
        gauge("cdc.pool.active", "Connections that are lent", pool, use, PoolUse::active);
        gauge("cdc.pool.idle", "Connections that are open and free", pool, use, PoolUse::idle);
        gauge("cdc.pool.waiting", "Threads that wait for a connection", pool, use, PoolUse::waiting);
        gauge("cdc.pool.max", "Most connections that the pool opens", pool, use, PoolUse::max);
    }

    private void gauge(
            String name,
            String description,
            String pool,
            Function<PipelineStatus, Optional<PoolUse>> use,
            ToDoubleFunction<PoolUse> value) {
        in.gauge(
                name,
                description,
                status -> use.apply(status).map(value::applyAsDouble).orElse(Double.NaN),
                "pool",
                pool);
    }
}
