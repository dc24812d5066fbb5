package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.failure.CdcException;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

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

    /** @throws CdcException if the table has no such column, or the record does not show it and it is not of the key */
    void require(String who, String what, Collection<String> columns, TableDefinition definition) {
        Set<String> missing = new TreeSet<>(columns);
        if (table.isWhole()) {
            definition.columns().forEach(column -> missing.remove(column.name()));
        } else {
            table.columns().forEach(column -> missing.remove(column.column()));
            definition.key().forEach(missing::remove);
        }
        if (!missing.isEmpty()) {
            throw new CdcException(who + ": " + what + " needs " + missing + " of " + table.name() + ", but "
                    + (table.isWhole()
                            ? "there is no such column; correct the name"
                            : table.type().getName() + " does not show it; add a component for it"));
        }
    }
}
