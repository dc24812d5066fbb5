package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.shard.ShardId;

/**
 * Who writes dead letters to the home database: one target of the shard that an instance runs.
 *
 * @param pipeline the pipeline's name
 * @param shard the shard
 * @param target the target's name
 * @param epoch of the lease that the instance holds
 */
public record LetterOwner(String pipeline, ShardId shard, String target, Epoch epoch) {

    /** A filter's letters, as far as they are the owner's. */
    public DeadLetterFilter own(DeadLetterFilter filter) {
        return filter.target(target).shard(shard.name());
    }
}
