package dev.cdcpipeline.internal.postgres;

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
 * @param estimatedRows the server's estimate; -1 if it has none
 */
public record SourceTableInfo(
        TableName name,
        Map<String, SourceColumn> columns,
        List<String> key,
        String replicaIdentity,
        boolean partitioned,
        long estimatedRows) {

    /** Whether its changes carry the whole row as it was. */
    public boolean hasFullIdentity() {
        return replicaIdentity.equals("f");
    }
}
