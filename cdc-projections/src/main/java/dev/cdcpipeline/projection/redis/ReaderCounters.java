package dev.cdcpipeline.projection.redis;

import java.util.concurrent.atomic.LongAdder;

/** Counts what becomes {@link ReaderStatistics}. */
final class ReaderCounters {
    final LongAdder hits = new LongAdder();
    final LongAdder misses = new LongAdder();
    final LongAdder loads = new LongAdder();
    final LongAdder fills = new LongAdder();
    final LongAdder refusedFills = new LongAdder();
    final LongAdder fallbacks = new LongAdder();
    final LongAdder unadmitted = new LongAdder();

    ReaderStatistics now() {
        return new ReaderStatistics(
                hits.sum(),
                misses.sum(),
                loads.sum(),
                fills.sum(),
                refusedFills.sum(),
                fallbacks.sum(),
                unadmitted.sum());
    }
}
