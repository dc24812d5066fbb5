package dev.cdcpipeline.metrics;

import dev.cdcpipeline.monitor.BatchApplied;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Timer;

/** How a target takes the batches of one shard. */
final class TargetMeters {
    private final DistributionSummary size;
    private final Timer duration;
    private final Counter retries;

    TargetMeters(Registration in, String shard, String target) {
        String[] tags = {"shard", shard, "target", target};
        size = in.summed("cdc.batch.size", "Changes in a batch that a target has applied", tags);
        duration = in.timed("cdc.batch.duration", "How long a target worked on a batch, its commit included", tags);
        retries = in.counted("cdc.batch.retries", "Tries of a batch that failed and are made again", tags);
    }

    void applied(BatchApplied batch) {
        size.record(batch.changes());
        duration.record(batch.took());
    }

    void retrying() {
        retries.increment();
    }
}
