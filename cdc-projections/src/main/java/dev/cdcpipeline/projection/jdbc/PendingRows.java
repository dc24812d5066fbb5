package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is to be written, folded per key: the last state of each row, and the keys that were deleted before it. Deletes go
 * first, then whole rows, then rows with unknown values, which can only be updates.
 */
final class PendingRows {
    private final ViewStatements statements;
    private final MissingRows missing;
    private final LoadedRows loaded;
    private final Set<RowKey> deleted = new LinkedHashSet<>();
    private final Map<RowKey, ViewRow> rows = new LinkedHashMap<>();

    PendingRows(ViewStatements statements, MissingRows missing, LoadedRows loaded) {
        this.statements = statements;
        this.missing = missing;
        this.loaded = loaded;
    }

    void delete(RowKey key) {
        rows.remove(key);
        deleted.add(key);
    }

    /** The row as it is now; what it does not know is taken from its earlier state here, if there is one. */
    void put(ViewRow row) {
        ViewRow before = rows.remove(row.key()); // so that the latest comes last
        ViewRow older = row.isComplete() ? null : before;
        rows.put(row.key(), older == null ? row : row.over(older));
    }

    boolean isDeleted(RowKey key) {
        return deleted.contains(key) && !rows.containsKey(key);
    }

    void clear() {
        deleted.clear();
        rows.clear();
    }

    /** Writes everything and forgets it. */
    void flush(Connection connection) throws SQLException {
        List<RowKey> gone = new ArrayList<>(deleted);
        List<ViewRow> complete = new ArrayList<>(rows.size());
        Map<BitSet, List<ViewRow>> partial = new LinkedHashMap<>();
        for (ViewRow row : rows.values()) {
            if (row.isComplete()) {
                complete.add(row);
            } else {
                partial.computeIfAbsent(row.unknown(), unknown -> new ArrayList<>())
                        .add(row);
            }
        }
        clear();
        loaded.remove(connection, gone);
        statements.delete(connection, gone);
        statements.upsert(connection, complete);
        List<RowKey> whole = keys(complete);
        loaded.add(connection, whole);
        missing.settle(connection, gone);
        missing.settle(connection, whole);
        for (Map.Entry<BitSet, List<ViewRow>> group : partial.entrySet()) {
            List<RowKey> absent = statements.patch(connection, group.getKey(), group.getValue());
            missing.add(connection, loaded.notWhole(connection, keys(group.getValue()), absent));
        }
    }

    private static List<RowKey> keys(List<ViewRow> rows) {
        return rows.stream().map(ViewRow::key).toList();
    }
}
