package dev.cdcpipeline.metrics;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.monitor.ParkingCounters;
import dev.cdcpipeline.monitor.PipelineStatus;
import dev.cdcpipeline.monitor.ShardStatus;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What became of the changes of one shard. */
final class ChangeMeters {
    private final Registration in;
    private final String shard;

    ChangeMeters(Registration in, String shard) {
        this.in = in;
        this.shard = shard;
    }

    void register() {
        for (Operation operation : Operation.values()) {
            in.counter(
                    "cdc.changes.read",
                    "Changes that the engine delivered, replayed ones counted again",
                    status -> status.shard(shard).counters().read().getOrDefault(operation, 0L),
                    "shard",
                    shard,
                    "operation",
                    text(operation));
        }
        in.counter(
                "cdc.changes.skipped",
                "Changes that were delivered again and left out, because every target has them",
                status -> status.shard(shard).counters().skipped(),
                "shard",
                shard);
    }

    void register(String target, String projection) {
        for (Operation operation : Operation.values()) {
            register(
                    "cdc.changes.applied",
                    "Changes that a projection has applied",
                    status -> applied(status, target, projection, operation),
                    target,
                    projection,
                    operation);
            register(
                    "cdc.changes.parked",
                    "Changes that were put aside because a projection failed at them, or at one before of the same key",
                    status -> letters(status, target, projection, ParkingCounters::parked, operation),
                    target,
                    projection,
                    operation);
            register(
                    "cdc.changes.discarded",
                    "Changes that were left out for good",
                    status -> letters(status, target, projection, ParkingCounters::discarded, operation),
                    target,
                    projection,
                    operation);
            register(
                    "cdc.changes.replayed",
                    "Parked changes that were applied after all",
                    status -> letters(status, target, projection, ParkingCounters::replayed, operation),
                    target,
                    projection,
                    operation);
        }
        in.gauge(
                "cdc.letters.open",
                "Changes that are parked",
                status -> open(status.shard(shard), target, projection),
                "shard",
                shard,
                "target",
                target,
                "projection",
                projection);
    }

    private void register(
            String name,
            String description,
            ToDoubleFunction<PipelineStatus> value,
            String target,
            String projection,
            Operation operation) {
        in.counter(
                name,
                description,
                value,
                "shard",
                shard,
                "target",
                target,
                "projection",
                projection,
                "operation",
                text(operation));
    }

    private double applied(PipelineStatus status, String target, String projection, Operation operation) {
        return status.shard(shard)
                .appliedByProjection()
                .getOrDefault(target, Map.of())
                .getOrDefault(projection, Map.of())
                .getOrDefault(operation, 0L);
    }

    private double letters(
            PipelineStatus status,
            String target,
            String projection,
            Function<ParkingCounters, Map<Operation, Long>> which,
            Operation operation) {
        ParkingCounters counters = status.shard(shard)
                .parking()
                .counters()
                .getOrDefault(target, Map.of())
                .get(projection);
        return counters == null ? 0 : which.apply(counters).getOrDefault(operation, 0L);
    }

    private static double open(ShardStatus status, String target, String projection) {
        return status.epoch().isEmpty()
                ? Double.NaN
                : status.parking().open().getOrDefault(target, Map.of()).getOrDefault(projection, 0L);
    }

    private static String text(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }
}
