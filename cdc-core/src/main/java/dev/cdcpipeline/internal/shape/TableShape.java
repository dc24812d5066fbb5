package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.TableName;
import java.util.List;

/**
 * A table as it was shaped when a row was written, from the stream's own description (PostgreSQL documentation, "Logical
 * Replication Message Formats", Relation), or, for rows that a load reads, from the catalog.
 *
 * @param table the captured table; of a partition that streams under its own name, the root
 * @param columns those that are carried, in the table's order
 * @param fullIdentity whether changes carry the whole row as it was
 */
public record TableShape(TableName table, List<ShapeColumn> columns, boolean fullIdentity) {

    public TableShape {
        columns = List.copyOf(columns);
    }
}
