package dev.cdcpipeline.target;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.shard.ShardId;
import java.util.List;
import java.util.Map;

/**
 * For whom a {@link TargetSession} works.
 *
 * @param pipeline the pipeline's name
 * @param shard the shard
 * @param shards how many shards the pipeline has
 * @param epoch what every write of the session must carry
 * @param keys the key columns of each captured table of the shard, in key order; empty for a table without a key
 */
public record TargetContext(
        String pipeline, ShardId shard, int shards, Epoch epoch, Map<TableName, List<String>> keys) {

    public TargetContext {
        keys = Map.copyOf(keys);
    }
}
