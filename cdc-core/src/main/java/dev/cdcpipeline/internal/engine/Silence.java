package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;

/** How long a shard may be silent, in heartbeats that did not come back. */
final class Silence {
    private static final int BEATS_UNTIL_DOUBT = 5;
    private static final int BEATS_UNTIL_DESPAIR = 30;
    private static final Duration SHORTEST_DOUBT = Duration.ofSeconds(5);

    /** A snapshot sends no heartbeat, only rows; the first of a table may need a scan of much that is dead. */
    static final Duration SNAPSHOT_DOUBT = Duration.ofMinutes(1);

    static final Duration SNAPSHOT_DESPAIR = Duration.ofMinutes(10);

    private Silence() {}

    /** From then on something is wrong: health is DEGRADED. */
    static Duration doubt(PostgresShard shard) {
        Duration doubt = shard.heartbeat().multipliedBy(BEATS_UNTIL_DOUBT);
        return doubt.compareTo(SHORTEST_DOUBT) >= 0 ? doubt : SHORTEST_DOUBT;
    }

    /** From then on the engine is taken for dead: health is DOWN, and a new one follows. */
    static Duration despair(PostgresShard shard) {
        return doubt(shard).multipliedBy(BEATS_UNTIL_DESPAIR / BEATS_UNTIL_DOUBT);
    }
}
