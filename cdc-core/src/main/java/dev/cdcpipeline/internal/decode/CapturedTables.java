package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.TableName;
import java.util.Map;
import java.util.Set;

/**
 * What the projections need of the shard's tables.
 *
 * @param columns the columns that any projection reads, and those of the key, by table
 * @param withIndexIdentity tables whose rows are known by another index than the primary key's
 * @param withFullIdentity tables whose changes carry the whole row as it was (REPLICA IDENTITY FULL)
 */
public record CapturedTables(
        Map<TableName, Set<String>> columns, Set<TableName> withIndexIdentity, Set<TableName> withFullIdentity) {

    boolean wants(TableName table, String column) {
        Set<String> wanted = columns.get(table);
        return wanted != null && wanted.contains(column);
    }
}
