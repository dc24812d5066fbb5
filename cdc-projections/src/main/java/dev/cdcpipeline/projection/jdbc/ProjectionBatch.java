package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadKind;
import java.util.List;
import java.util.Map;

/**
 * The changes of one batch that one projection wants.
 *
 * @param changes in commit order, over all tables of the projection; never empty
 * @param loading the tables whose load for this projection had not ended before the batch, so that rows may still be unknown,
 *     with what the load does
 */
public record ProjectionBatch(List<Change<Row>> changes, Map<TableName, LoadKind> loading) {}
