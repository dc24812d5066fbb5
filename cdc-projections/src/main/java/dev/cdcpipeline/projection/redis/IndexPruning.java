package dev.cdcpipeline.projection.redis;

import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Forgets rows whose entries have expired, so that the index does not grow for ever: some rows at random about once a second; in a
 * cluster of a few slots, round robin, so that all are looked at in about a quarter of an hour by one shard.
 */
final class IndexPruning {
    private static final int BUCKETS = 16;
    private static final int ROWS = 100;
    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final List<String> projections;
    private int slot = ThreadLocalRandom.current().nextInt(SlotHash.SLOT_COUNT);
    private long last = System.nanoTime();

    IndexPruning(List<RedisProjection> all) {
        this.projections = all.stream()
                .filter(RedisProjection::isExpiring)
                .map(RedisProjection::name)
                .toList();
    }

    /** @param isIdle whether there is nothing else to write, as with each heartbeat */
    void addTo(Writes writes, boolean isIdle) {
        if (projections.isEmpty() || !isIdle && System.nanoTime() - last < PAUSE_NANOS) {
            return;
        }
        last = System.nanoTime();
        for (int i = 0; i < BUCKETS; i++) {
            for (String projection : projections) {
                writes.prune(projection, slot, ROWS);
            }
            slot = (slot + 1) % SlotHash.SLOT_COUNT;
        }
    }
}
