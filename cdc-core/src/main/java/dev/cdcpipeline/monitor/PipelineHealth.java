package dev.cdcpipeline.monitor;

import java.util.Comparator;
import java.util.List;

/**
 * How well a pipeline is: as its worst shard.
 *
 * @param pipeline its name
 * @param shards its shards, in the order they were given to the builder
 */
public record PipelineHealth(String pipeline, List<ShardHealth> shards) {

    /** The worst of its shards. */
    public HealthStatus status() {
        return shards.stream()
                .map(ShardHealth::status)
                .max(Comparator.naturalOrder())
                .orElse(HealthStatus.UP);
    }
}
