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
 * @param fullIdentity whether it has REPLICA IDENTITY FULL
 * @param estimatedRows the server's estimate; -1 if it has none
 */
public record SourceTableInfo(
        TableName name,
        Map<String, SourceColumn> columns,
        List<String> key,
        boolean fullIdentity,
        long estimatedRows) {}
