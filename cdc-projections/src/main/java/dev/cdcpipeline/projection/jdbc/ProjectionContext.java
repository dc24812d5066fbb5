package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.target.TargetContext;

/**
 * For whom a {@link ShardProjection} works.
 *
 * @param target the target's name
 * @param context pipeline, shard, epoch, and the key columns of the source tables
 */
public record ProjectionContext(String target, TargetContext context) {

    /** Shard and target, as messages begin. */
    public String who() {
        return "[" + context.shard() + "] target '" + target + "'";
    }
}
