package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.Relations;
import java.util.Set;

/**
 * What one engine run captures.
 *
 * @param captured the tables and columns
 * @param relations which captured table a relation of the stream is
 * @param loading the tables whose rows are read beside the stream
 */
public record StreamScope(CapturedTables captured, Relations relations, Set<TableName> loading) {}
