package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.target.TargetContext;

/**
 * What a {@link RedisTarget} does with the changes of one source table. Immutable and thread-safe: one object serves all shards.
 * {@code new} and builders do no I/O.
 */
public abstract class RedisProjection {

    RedisProjection() {}

    /** For messages, for backfills and in the names of the target's own keys; unique in its target. It must not change. */
    public abstract String name();

    /** The source table whose changes it wants. The table must have a key. */
    public abstract SourceTable<?> table();

    /**
     * Starts work for one shard. No I/O.
     *
     * @param who for messages
     * @throws dev.cdcpipeline.failure.CdcException if the table is not fit, with the remedy
     */
    abstract ShardProjection prepare(String who, TargetContext context);

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + table().name() + " as " + name() + "]";
    }
}
