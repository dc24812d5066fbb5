package dev.cdcpipeline.monitor;

import java.util.List;

/**
 * A pipeline at one moment.
 *
 * @param pipeline its name
 * @param shards its shards, in the order they were given to the builder
 */
public record PipelineStatus(String pipeline, List<ShardStatus> shards) {

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
