package dev.cdcpipeline.metrics;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.PipelineStatus;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A pipeline's meters: {@code CdcMetrics.of(pipeline).bindTo(registry)}, once the pipeline is built and before it is started.
 * Every meter is there from then on, at zero. Names, units and tags are stable, and listed in docs/metrics.md; tag values come
 * from the configuration, never from data.
 *
 * <p>Meters are read from {@link CdcPipeline#status()}, at most twice a second however many there are. A registry holds one
 * pipeline of a name: binding a second one takes the meters of the first out. Thread-safe.
 */
public final class CdcMetrics implements MeterBinder, AutoCloseable {
    private static final Duration FRESH = Duration.ofMillis(500);

    private final StatusCache status;
    private final Consumer<PipelineListener> listening;
    private final List<PipelineMeters> bound = new CopyOnWriteArrayList<>();

    CdcMetrics(Supplier<PipelineStatus> status, Consumer<PipelineListener> listening) {
        this.status = new StatusCache(status, FRESH);
        this.listening = listening;
    }

    /** The meters of a pipeline, to be bound to one or more registries. */
    public static CdcMetrics of(CdcPipeline pipeline) {
        return new CdcMetrics(pipeline::status, pipeline::addListener);
    }

    /** Registers every meter. */
    @Override
    public void bindTo(MeterRegistry registry) {
        PipelineMeters meters = new PipelineMeters(registry, status);
        meters.register();
        listening.accept(meters);
        bound.add(meters);
    }

    /** Takes the meters out of every registry. Not needed before a process ends. */
    @Override
    public void close() {
        bound.forEach(PipelineMeters::remove);
        bound.clear();
    }
}
