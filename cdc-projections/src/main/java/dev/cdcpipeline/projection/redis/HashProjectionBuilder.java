package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.SourceTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Builds a {@link HashProjection}. Not thread-safe. {@link #key(String)} must be called.
 *
 * @param <T> how rows are shown
 */
public final class HashProjectionBuilder<T> extends EntryProjectionBuilder<T, HashProjectionBuilder<T>> {
    private final List<String> chosen = new ArrayList<>();
    private final Map<String, String> renames = new LinkedHashMap<>();

    HashProjectionBuilder(SourceTable<T> table) {
        super(table);
    }

    @Override
    HashProjectionBuilder<T> self() {
        return this;
    }

    /** The columns that are fields, beside those of {@link #column}. Default: those of the record, or all that the table has. */
    public HashProjectionBuilder<T> columns(String... columns) {
        chosen.addAll(Arrays.asList(columns));
        return this;
    }

    /**
     * Has a column as a field of another name.
     *
     * @throws IllegalArgumentException if it was renamed already
     */
    public HashProjectionBuilder<T> column(String column, String field) {
        if (renames.putIfAbsent(column, Objects.requireNonNull(field, "field")) != null) {
            throw new IllegalArgumentException("column '" + column + "' is renamed twice");
        }
        return this;
    }

    /**
     * @throws IllegalStateException if {@link #key(String)} was not called, or a name is needed
     * @throws IllegalArgumentException if two columns would be one field
     */
    public HashProjection build() {
        List<String> columns = new ArrayList<>(chosen);
        if (columns.isEmpty()) {
            table().columns().stream().map(RecordColumn::column).forEach(columns::add);
        }
        if (!columns.isEmpty()) {
            renames.keySet().stream()
                    .filter(column -> !columns.contains(column))
                    .forEach(columns::add);
        }
        Set<String> fields = new HashSet<>();
        for (String column : columns) {
            if (!fields.add(renames.getOrDefault(column, column))) {
                throw new IllegalArgumentException("the projection of " + table().name() + " writes field '"
                        + renames.getOrDefault(column, column) + "' twice");
            }
        }
        return HashProjection.of(options(), new HashFields(columns, renames));
    }
}
