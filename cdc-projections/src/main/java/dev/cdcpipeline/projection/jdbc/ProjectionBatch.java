package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import java.util.List;
import java.util.Set;

/**
 * The changes of one batch that one projection wants.
 *
 * @param changes in commit order, over all tables of the projection; never empty
 * @param loading the tables whose first load or backfill has not ended yet, so that rows may still be unknown
 */
public record ProjectionBatch(List<Change<Row>> changes, Set<TableName> loading) {}
