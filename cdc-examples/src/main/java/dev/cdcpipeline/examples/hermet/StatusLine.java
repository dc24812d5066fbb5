package dev.cdcpipeline.examples.hermet;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Says in one line what each shard is doing, and how fast since the line before. Used by one thread. */
final class StatusLine {
    private final CdcPipeline pipeline;
    private final Map<String, Long> appliedBefore = new HashMap<>();
    private long lastNanos = System.nanoTime();

    StatusLine(CdcPipeline pipeline) {
        this.pipeline = pipeline;
    }

    String next() {
        long now = System.nanoTime();
        double seconds = Math.max(0.001, (now - lastNanos) / 1e9);
        lastNanos = now;
        return pipeline.status().shards().stream()
                .map(shard -> line(shard, seconds))
                .collect(Collectors.joining(" | "));
    }

    private String line(ShardStatus shard, double seconds) {
        long applied = shard.appliedTotal();
        Long before = appliedBefore.put(shard.shard(), applied);
        return String.format(
                Locale.ROOT,
                "%s %-9s %,8d applied %,6.0f/s  lag %6s %7s%s",
                shard.shard(),
                shard.state(),
                applied,
                (applied - (before == null ? 0 : before)) / seconds,
                shard.lag().map(StatusLine::seconds).orElse("?"),
                shard.lagBytes().isPresent() ? shard.lagBytes().getAsLong() / 1024 + " kB" : "?",
                load(shard));
    }

    private static String seconds(Duration lag) {
        return String.format(Locale.ROOT, "%.1f s", lag.toMillis() / 1000.0);
    }

    /** The table that is being loaded, with the rows that this process has read of it. */
    private static String load(ShardStatus shard) {
        return shard.load().stream()
                .filter(table -> !table.load().isDone())
                .findFirst()
                .map(table -> String.format(
                        Locale.ROOT,
                        "  loading %s %,d of %,d",
                        table.table().name(),
                        table.rowsRead(),
                        table.estimatedRows()))
                .orElse("");
    }

    /** Ends the program when a shard has given up. */
    static void failIfFailed(ShardStatus shard) {
        if (shard.state() == ShardState.FAILED) {
            throw new IllegalStateException(shard.shard() + " has failed: " + shard.lastError());
        }
    }
}
