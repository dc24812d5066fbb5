package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.CdcException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which columns of the source are written, the key first, and how they are found in a change. */
final class SourceColumns {
    private final String who;
    private final List<String> names;
    private final int keySize;
    private final boolean keyFromBefore;
    private final ColumnIndexes all;
    private final ColumnIndexes key;

    private SourceColumns(String who, List<String> names, int keySize, boolean keyFromBefore) {
        this.who = who;
        this.names = names;
        this.keySize = keySize;
        this.keyFromBefore = keyFromBefore;
        this.all = new ColumnIndexes(who, names);
        this.key = new ColumnIndexes(who, names.subList(0, keySize));
    }

    /** @throws CdcException if there is no key, or another than the source's */
    static SourceColumns of(String who, SourceTable<?> table, List<String> wantedKey, List<String> sourceKey) {
        if (wantedKey.isEmpty() && sourceKey.isEmpty()) {
            throw new CdcException(
                    who + " needs a key: the source table has no primary key and no REPLICA IDENTITY USING"
                            + " INDEX; add one, or name the columns with key(...) and set REPLICA IDENTITY FULL");
        }
        if (!wantedKey.isEmpty()
                && !sourceKey.isEmpty()
                && !new HashSet<>(wantedKey).equals(new HashSet<>(sourceKey))) {
            throw new CdcException(
                    who + " has key " + wantedKey + ", but the source table has key " + sourceKey
                            + ", and its deletes tell no other columns; leave key(...) out, or change REPLICA IDENTITY USING INDEX");
        }
        List<String> key = wantedKey.isEmpty() ? sourceKey : wantedKey;
        Set<String> names = new LinkedHashSet<>(key);
        table.columns().stream().map(RecordColumn::column).forEach(names::add);
        return new SourceColumns(who, new ArrayList<>(names), key.size(), sourceKey.isEmpty());
    }

    /**
     * Those of a table as it is.
     *
     * @param names the key's first
     */
    static SourceColumns of(String who, List<String> names, int keySize) {
        return new SourceColumns(who, names, keySize, false);
    }

    /** All columns, the key's first. */
    List<String> names() {
        return names;
    }

    int keySize() {
        return keySize;
    }

    /** The row as it is now. */
    ViewRow after(Change<Row> change) {
        Row row = change.after();
        if (row == null) {
            throw new CdcException(who + ": " + change.operation() + " at " + change.position() + " has no row");
        }
        return whole(row);
    }

    /** All columns of a row. */
    ViewRow whole(Row row) {
        int[] indexes = all.in(row.layout());
        return ViewRow.of(RowKey.of(row, indexes, keySize), row, indexes);
    }

    /** The key of the row before the change: of what is deleted, or of what is replaced. */
    RowKey keyBefore(Change<Row> change) {
        Row row = keyFromBefore ? change.before() : change.key();
        if (row == null) {
            throw new CdcException(who + ": " + change.operation() + " at " + change.position()
                    + " does not tell the row's key; set REPLICA IDENTITY FULL for " + change.table());
        }
        return key(row);
    }

    RowKey key(Row row) {
        return RowKey.of(row, key.in(row.layout()), keySize);
    }

    /** Whether an update may change the key without being split into delete and create. */
    boolean keyMayChange() {
        return keyFromBefore;
    }
}
