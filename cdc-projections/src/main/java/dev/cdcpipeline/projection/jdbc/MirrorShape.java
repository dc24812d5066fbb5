package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowLayout;
import dev.cdcpipeline.change.TableDefinition;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a source table is shaped, as far as its rows tell.
 *
 * @param columns SQL types by column, in the table's order
 * @param key the columns by which rows are known; empty for none
 */
record MirrorShape(Map<String, String> columns, List<String> key) {

    MirrorShape {
        key = List.copyOf(key);
    }

    static MirrorShape of(TableDefinition definition) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (ColumnDefinition column : definition.columns()) {
            if (column.streamed()) {
                columns.put(column.name(), column.sqlType());
            }
        }
        return new MirrorShape(columns, definition.key());
    }

    static MirrorShape of(RowLayout layout, @Nullable Row key) {
        Map<String, String> columns = new LinkedHashMap<>();
        for (int i = 0; i < layout.columns().size(); i++) {
            columns.put(layout.columns().get(i), layout.sqlType(i));
        }
        return new MirrorShape(columns, keyColumns(key));
    }

    private static List<String> keyColumns(@Nullable Row key) {
        return key == null ? List.of() : key.layout().columns();
    }

    /** The same with the key that a row is named by, of whose columns no more is known. */
    MirrorShape withKey(@Nullable Row row) {
        Map<String, String> all = new LinkedHashMap<>(columns);
        if (row != null) {
            of(row.layout(), row).columns.forEach(all::put); // it may be older than the rest, of another type
        }
        return new MirrorShape(all, keyColumns(row));
    }

    /** The same without the columns that are not among these. */
    MirrorShape only(Collection<String> names) {
        Map<String, String> left = new LinkedHashMap<>(columns);
        left.keySet().retainAll(names);
        return new MirrorShape(left, key);
    }

    /** The same as long as rows of an older shape may come, with its key, if it had one, and the columns that are gone since. */
    MirrorShape beside(MirrorShape older) {
        Map<String, String> all = new LinkedHashMap<>(columns);
        older.columns.forEach(all::putIfAbsent);
        return new MirrorShape(all, older.key.isEmpty() ? key : older.key);
    }

    /** Whether the order of columns is all that differs. */
    boolean isSame(MirrorShape other) {
        return columns.equals(other.columns) && hasSameKey(other);
    }

    boolean hasSameKey(MirrorShape other) {
        return new HashSet<>(key).equals(new HashSet<>(other.key));
    }

    /** Whether rows written by the other shape are still right for this one: it has lost columns, and nothing else. */
    boolean isOnlyNarrowerThan(MirrorShape other) {
        return other.columns.entrySet().containsAll(columns.entrySet()) && hasSameKey(other);
    }

    @Override
    public String toString() {
        return columns + " with " + (key.isEmpty() ? "no key" : "key " + key);
    }
}
