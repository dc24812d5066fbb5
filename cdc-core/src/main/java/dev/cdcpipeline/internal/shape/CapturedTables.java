package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.TableName;
import java.util.Map;
import java.util.Set;

/**
 * What the projections need of the shard's tables.
 *
 * @param columns the columns that any projection reads by name, and those of the key, by table
 * @param whole tables of which a projection reads every column, whatever they are
 * @param withIndexIdentity the columns of the index by which rows are known, for tables where that is not the primary key
 * @param notStreamed columns that changes do not carry, by table: the server computes them
 */
public record CapturedTables(
        Map<TableName, Set<String>> columns,
        Set<TableName> whole,
        Map<TableName, Set<String>> withIndexIdentity,
        Map<TableName, Set<String>> notStreamed) {

    /** Whether a column of a captured table is read. */
    public boolean wants(TableName table, String column) {
        Set<String> wanted = columns.get(table);
        return wanted != null && (wantsAll(table) || wanted.contains(column));
    }

    /** Whether every column is read. Of a table known by an index, too, because Debezium looks at its primary key besides. */
    public boolean wantsAll(TableName table) {
        return whole.contains(table) || withIndexIdentity.containsKey(table);
    }
}
