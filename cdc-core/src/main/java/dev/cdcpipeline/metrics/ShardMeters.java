package dev.cdcpipeline.metrics;

import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** How one shard is. What it measures is told by the instance that has the lease; on others it is old, and told as unknown. */
final class ShardMeters {
    private final Registration in;
    private final String shard;

    ShardMeters(Registration in, String shard) {
        this.in = in;
        this.shard = shard;
    }

    void register() {
        registerState();
        registerMeasurements();
        registerLoad();
        counter(
                "cdc.engine.restarts",
                "Engines that were started after the first",
                status -> Math.max(0, status.counters().engineStarts() - 1));
        counter(
                "cdc.engine.failures",
                "How often an engine ended by itself or had to be given up",
                status -> status.counters().failures());
        counter(
                "cdc.stream.jumps",
                "How often the stream jumped back and was read again",
                status -> status.counters().wentBack());
    }

    private void registerState() {
        for (ShardState state : ShardState.values()) {
            in.gauge(
                    "cdc.state",
                    "1 for the state of the shard, 0 for all others",
                    status -> status.shard(shard).state() == state ? 1 : 0,
                    "shard",
                    shard,
                    "state",
                    state.name().toLowerCase(Locale.ROOT));
        }
        gauge(
                "cdc.health",
                "0 is UP, 1 is DEGRADED, 2 is DOWN",
                status -> status.health().status().ordinal());
        gauge(
                "cdc.lease.held",
                "1 if this instance has the lease of the shard",
                status -> status.epoch().isPresent() ? 1 : 0);
    }

    private void registerMeasurements() {
        time("cdc.lag", "Age of the newest transaction that every target has applied", ShardStatus::lag);
        bytes(
                "cdc.lag.bytes",
                "WAL that the source has written beyond what every target has applied",
                status -> number(status.lagBytes()));
        bytes("cdc.wal.retained", "WAL that the slot makes the source keep", status -> number(status.retainedBytes()));
        time("cdc.offset.age", "How long ago the durable offset last moved", ShardStatus::offsetAge);
        time(
                "cdc.heartbeat.roundtrip",
                "How long the newest transaction took from its commit to the durable offset",
                ShardStatus::heartbeatRoundTrip);
        measured(
                "cdc.queue.fill",
                "How full the engine's queue is, from 0 to 1",
                status -> status.queueFill().orElse(Double.NaN));
    }

    private void registerLoad() {
        gauge(
                "cdc.load.tables",
                "Tables that are being loaded or wait for it",
                status -> loading(status).count());
        gauge(
                "cdc.load.rows.estimated",
                "Rows of these tables, by the server's estimate",
                status -> loading(status)
                        .mapToLong(LoadProgress::estimatedRows)
                        .filter(rows -> rows > 0)
                        .sum());
        gauge(
                "cdc.load.rows.read",
                "Rows read of these tables since the process started",
                status -> loading(status).mapToLong(LoadProgress::rowsRead).sum());
    }

    private static Stream<LoadProgress> loading(ShardStatus status) {
        return status.load().stream().filter(table -> !table.load().isDone());
    }

    private static double number(OptionalLong value) {
        return value.isPresent() ? value.getAsLong() : Double.NaN;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }

    private void time(String name, String description, ToOptionalDuration value) {
        in.time(
                name,
                description,
                status -> ifHeld(
                        status.shard(shard),
                        held -> value.of(held).map(ShardMeters::seconds).orElse(Double.NaN)),
                "shard",
                shard);
    }

    private interface ToOptionalDuration {
        Optional<Duration> of(ShardStatus status);
    }

    private void measured(String name, String description, ToDoubleFunction<ShardStatus> value) {
        gauge(name, description, status -> ifHeld(status, value));
    }

    private void bytes(String name, String description, ToDoubleFunction<ShardStatus> value) {
        in.bytes(name, description, status -> ifHeld(status.shard(shard), value), "shard", shard);
    }

    private static double ifHeld(ShardStatus status, ToDoubleFunction<ShardStatus> value) {
        return status.epoch().isPresent() ? value.applyAsDouble(status) : Double.NaN;
    }

    private void gauge(String name, String description, ToDoubleFunction<ShardStatus> value) {
        in.gauge(name, description, status -> value.applyAsDouble(status.shard(shard)), "shard", shard);
    }

    private void counter(String name, String description, ToDoubleFunction<ShardStatus> value) {
        in.counter(name, description, status -> value.applyAsDouble(status.shard(shard)), "shard", shard);
    }
}
