package dev.cdcpipeline.change;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of a {@link Row}, in order. All rows of one table share one layout until the table is altered, so that work
 * which depends on the columns only can be done once per layout and kept by its identity. Immutable, thread-safe.
 */
public final class RowLayout {
    private final List<String> columns;
    private final Map<String, Integer> indexes = new HashMap<>();

    public RowLayout(List<String> columns) {
        this.columns = List.copyOf(columns);
        for (int i = 0; i < this.columns.size(); i++) {
            indexes.put(this.columns.get(i), i);
        }
    }

    /** Column names, in the order of the row's indexes. */
    public List<String> columns() {
        return columns;
    }

    /** The index of a column, or -1 if the row has no such column. */
    public int indexOf(String column) {
        Integer index = indexes.get(column);
        return index == null ? -1 : index;
    }

    @Override
    public String toString() {
        return "RowLayout" + columns;
    }
}
