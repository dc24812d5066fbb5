package dev.cdcpipeline.change;

import java.util.List;

/**
 * A source table, as the catalog had it when the pipeline started. It may be altered while the pipeline runs: how a row was
 * shaped when it was written, its {@link Row#layout()} tells.
 *
 * @param name its name
 * @param columns its columns in order
 * @param key the columns by which its rows are known, in key order: of the primary key or of REPLICA IDENTITY USING INDEX; empty
 *     for a table without a key
 * @param fullIdentity whether its changes carry the whole row as it was (REPLICA IDENTITY FULL)
 * @param loadable whether its rows can be read in chunks beside the stream, so that a target may ask for another load of it: it has
 *     a key, of types that can be paged by, and nothing else is in the way
 */
public record TableDefinition(
        TableName name, List<ColumnDefinition> columns, List<String> key, boolean fullIdentity, boolean loadable) {

    public TableDefinition {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }
}
