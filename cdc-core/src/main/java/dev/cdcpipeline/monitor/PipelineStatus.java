package dev.cdcpipeline.monitor;

import dev.cdcpipeline.offset.PoolUse;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline at one moment.
 *
 * @param pipeline its name
 * @param shards its shards, in the order they were given to the builder
 * @param homePool the connection pool of the home database; empty where it is not known
 * @param targetPools the connection pools of the targets, by the target's name, where they are known; several may be one pool
 */
public record PipelineStatus(
        String pipeline, List<ShardStatus> shards, Optional<PoolUse> homePool, Map<String, PoolUse> targetPools) {

    /**
     * The status of one shard.
     *
     * @throws IllegalArgumentException if the pipeline has no such shard
     */
    public ShardStatus shard(String name) {
        return shards.stream()
                .filter(shard -> shard.shard().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("pipeline '" + pipeline + "' has no shard '" + name + "'"));
    }
}
