package dev.cdcpipeline.change;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The columns of a {@link Row}, in order, and their SQL types, as the table had them when the row was written. All rows of one
 * table share one layout until the table is altered, so that work which depends on the columns only can be done once per layout
 * and kept by its identity. Immutable, thread-safe.
 */
public final class RowLayout {
    private final List<String> columns;
    private final List<String> sqlTypes;
    private final Map<String, Integer> indexes = new HashMap<>();

    /** Columns of types that nobody asks for. */
    public RowLayout(List<String> columns) {
        this(columns, columns.stream().map(column -> "").toList());
    }

    /**
     * @param columns names, as PostgreSQL stores them
     * @param sqlTypes one for each column, as {@link #sqlType} gives it
     */
    public RowLayout(List<String> columns, List<String> sqlTypes) {
        if (columns.size() != sqlTypes.size()) {
            throw new IllegalArgumentException(columns.size() + " columns, but " + sqlTypes.size() + " types");
        }
        this.columns = List.copyOf(columns);
        this.sqlTypes = List.copyOf(sqlTypes);
        for (int i = 0; i < this.columns.size(); i++) {
            indexes.put(this.columns.get(i), i);
        }
    }

    /** Column names, in the order of the row's indexes. */
    public List<String> columns() {
        return columns;
    }

    /**
     * The SQL type of a column as {@code CREATE TABLE} takes it: {@code numeric(10,2)}, {@code text[]}, {@code shop.order_state}.
     * A type outside {@code pg_catalog} carries its schema.
     *
     * @return empty if it is not known, because the type has been dropped since
     */
    public String sqlType(int index) {
        return sqlTypes.get(index);
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
