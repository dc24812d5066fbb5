package dev.cdcpipeline.metrics;

import dev.cdcpipeline.monitor.PipelineStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Registers meters of one pipeline, and remembers them. A function counter does not keep alive what it reads from, a gauge of
 * a supplier does; all read from one cache, so the gauges keep it for the counters.
 */
final class Registration {
    private static final String PREFIX = "cdc.";
    private static final String PIPELINE = "pipeline";

    private final MeterRegistry registry;
    private final StatusCache status;
    private final String pipeline;
    private final List<Meter> meters = new CopyOnWriteArrayList<>();

    Registration(MeterRegistry registry, StatusCache status, String pipeline) {
        this.registry = registry;
        this.status = status;
        this.pipeline = pipeline;
    }

    /** A registry answers with the meter that it has, which would go on reading from a pipeline that was closed. */
    void removeFormer() {
        registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith(PREFIX)
                        && pipeline.equals(meter.getId().getTag(PIPELINE)))
                .forEach(registry::remove);
    }

    void remove() {
        meters.forEach(registry::remove);
        meters.clear();
    }

    private Tags tags(String... more) {
        return Tags.of(PIPELINE, pipeline).and(more);
    }

    /** A time in seconds, registered in the time unit of the registry. */
    void time(String name, String description, ToDoubleFunction<PipelineStatus> seconds, String... tags) {
        meters.add(TimeGauge.builder(name, () -> seconds.applyAsDouble(status.get()), TimeUnit.SECONDS)
                .description(description)
                .tags(tags(tags))
                .register(registry));
    }

    void bytes(String name, String description, ToDoubleFunction<PipelineStatus> value, String... tags) {
        gauge(BaseUnits.BYTES, name, description, value, tags);
    }

    /** Without a unit, which Prometheus would put behind a name that says it already. */
    void gauge(String name, String description, ToDoubleFunction<PipelineStatus> value, String... tags) {
        gauge(null, name, description, value, tags);
    }

    private void gauge(
            @Nullable String unit,
            String name,
            String description,
            ToDoubleFunction<PipelineStatus> value,
            String... tags) {
        meters.add(Gauge.builder(name, () -> value.applyAsDouble(status.get()))
                .description(description)
                .baseUnit(unit)
                .tags(tags(tags))
                .register(registry));
    }

    void counter(String name, String description, ToDoubleFunction<PipelineStatus> value, String... tags) {
        meters.add(FunctionCounter.builder(name, status, cache -> value.applyAsDouble(cache.get()))
                .description(description)
                .tags(tags(tags))
                .register(registry));
    }

    Counter counted(String name, String description, String... tags) {
        return added(
                Counter.builder(name).description(description).tags(tags(tags)).register(registry));
    }

    Timer timed(String name, String description, String... tags) {
        return added(
                Timer.builder(name).description(description).tags(tags(tags)).register(registry));
    }

    DistributionSummary summed(String name, String description, String... tags) {
        return added(DistributionSummary.builder(name)
                .description(description)
                .tags(tags(tags))
                .register(registry));
    }

    private <M extends Meter> M added(M meter) {
        meters.add(meter);
        return meter;
    }
}
