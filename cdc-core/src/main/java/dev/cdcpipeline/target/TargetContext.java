package dev.cdcpipeline.target;

import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.shard.ShardId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * For whom a {@link TargetSession} works.
 *
 * @param pipeline the pipeline's name
 * @param shard the shard
 * @param shards all shards of the pipeline, this one too
 * @param epoch what every write of the session must carry
 * @param tables the captured tables of the shard, as they were when the session was opened
 * @param rows makes rows of what dead letters keep, until the session is closed
 * @param failures what each failure means, also to the user
 * @param parking hears what becomes of changes that fail
 */
public record TargetContext(
        String pipeline,
        ShardId shard,
        Set<ShardId> shards,
        Epoch epoch,
        Map<TableName, TableDefinition> tables,
        RowFactory rows,
        FailureTable failures,
        ParkingListener parking) {

    public TargetContext {
        shards = Set.copyOf(shards);
        tables = Map.copyOf(tables);
    }

    /** The key columns of a captured table, in key order; empty for a table without a key. */
    public List<String> key(TableName table) {
        TableDefinition definition = tables.get(table);
        return definition == null ? List.of() : definition.key();
    }
}
