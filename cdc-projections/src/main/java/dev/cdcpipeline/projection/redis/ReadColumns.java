package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;

/** The columns of a table that a projection reads: those of the record, or all. */
record ReadColumns(SourceTable<?> table) {

    /**
     * Whether the row has them all. Large values that an update left alone are read again at the source; where one is missing still,
     * the row is gone meanwhile, and its delete follows.
     */
    boolean areGivenBy(Row row) {
        if (!row.hasUnchanged()) {
            return true;
        }
        if (table.isWhole()) {
            return false;
        }
        for (RecordColumn column : table.columns()) {
            int index = row.layout().indexOf(column.column());
            if (index >= 0 && row.isUnchanged(index)) {
                return false;
            }
        }
        return true;
    }
}
