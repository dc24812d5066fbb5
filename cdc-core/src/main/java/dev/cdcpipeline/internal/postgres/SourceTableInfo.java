package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import java.util.List;
import java.util.Map;

/**
 * A source table as it really is.
 *
 * @param name its name
 * @param columns its columns by name
 * @param key the columns by which its rows are known, in key order: of the primary key or of REPLICA IDENTITY USING INDEX; empty
 *     for none
 * @param replicaIdentity what the server logs of the old row: {@code d}efault, {@code i}ndex, {@code f}ull or {@code n}othing
 * @param partitioned whether it is the root of a partitioned table
 * @param selectable whether the user may read it
 * @param estimatedRows the server's estimate; -1 if it has none
 */
public record SourceTableInfo(
        TableName name,
        Map<String, SourceColumn> columns,
        List<String> key,
        String replicaIdentity,
        boolean partitioned,
        boolean selectable,
        long estimatedRows) {

    /** Whether the server can say which row an UPDATE or DELETE was of; otherwise it refuses them once it is published. */
    boolean hasIdentity() {
        return !replicaIdentity.equals("n") && (!key.isEmpty() || hasFullIdentity());
    }

    /** Whether its changes carry the whole row as it was. */
    public boolean hasFullIdentity() {
        return replicaIdentity.equals("f");
    }

    /** What targets are told of it. */
    public TableDefinition definition() {
        List<ColumnDefinition> definitions = columns.values().stream()
                .map(column -> new ColumnDefinition(
                        column.name(),
                        column.sqlType(),
                        column.nullable(),
                        column.generated() ? "" : null,
                        !column.generated()))
                .toList();
        return new TableDefinition(name, definitions, key, hasFullIdentity());
    }
}
