package dev.cdcpipeline.metrics;

import dev.cdcpipeline.monitor.PipelineStatus;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A status that is not taken anew for each of a hundred meters of one scrape. Thread-safe. */
final class StatusCache {
    private final Supplier<PipelineStatus> source;
    private final long freshNanos;
    private @Nullable PipelineStatus last;
    private long takenNanos;

    StatusCache(Supplier<PipelineStatus> source, Duration fresh) {
        this.source = source;
        this.freshNanos = fresh.toNanos();
    }

    synchronized PipelineStatus get() {
        PipelineStatus known = last;
        if (known == null || System.nanoTime() - takenNanos >= freshNanos) {
            known = source.get();
            last = known;
            takenNanos = System.nanoTime();
        }
        return known;
    }
}
