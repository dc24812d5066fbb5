package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds an {@link UpsertProjection}. Not thread-safe. {@link #into} must be called. */
public final class UpsertProjectionBuilder {
    private final SourceTable<?> table;
    private final Map<String, String> renames = new LinkedHashMap<>();
    private List<String> key = List.of();
    private @Nullable TableName view;
    private @Nullable String shardColumn;

    UpsertProjectionBuilder(SourceTable<?> table) {
        this.table = Objects.requireNonNull(table, "table");
    }

    /**
     * The table to write to.
     *
     * @param viewTable {@code schema.table} as PostgreSQL stores it; without a schema, {@code public}
     */
    public UpsertProjectionBuilder into(String viewTable) {
        this.view = TableName.parse(viewTable);
        return this;
    }

    /**
     * The columns of the source that tell its rows apart. Default: the source table's key. They may differ from it only if the
     * source table has none; it then needs REPLICA IDENTITY FULL for its updates and deletes.
     *
     * @param sourceColumns one or more
     */
    public UpsertProjectionBuilder key(String... sourceColumns) {
        if (sourceColumns.length == 0) {
            throw new IllegalArgumentException("key(...) needs a column");
        }
        this.key = List.of(sourceColumns);
        return this;
    }

    /**
     * Writes a column of the source to a column of another name. Default: the same name.
     *
     * @param source a column of the record, or of the key
     * @throws IllegalArgumentException if {@code source} was renamed already
     */
    public UpsertProjectionBuilder column(String source, String viewColumn) {
        if (renames.putIfAbsent(source, Objects.requireNonNull(viewColumn, "viewColumn")) != null) {
            throw new IllegalArgumentException("column '" + source + "' is renamed twice");
        }
        return this;
    }

    /**
     * A text column of the view that holds the shard's name and is part of the view's key, so that shards cannot overwrite
     * each other's rows. Default: none; the shards' keys must then differ.
     */
    public UpsertProjectionBuilder shardColumn(String viewColumn) {
        this.shardColumn = Objects.requireNonNull(viewColumn, "viewColumn");
        return this;
    }

    /**
     * @throws IllegalStateException if {@link #into} was not called
     * @throws IllegalArgumentException if two columns would be written to one
     */
    public UpsertProjection build() {
        if (view == null) {
            throw new IllegalStateException("the projection of " + table.name() + " lacks into(...)");
        }
        Set<String> written = new HashSet<>();
        if (shardColumn != null) {
            written.add(shardColumn);
        }
        for (RecordColumn column : table.columns()) {
            String name = renames.getOrDefault(column.column(), column.column());
            if (!written.add(name)) {
                throw new IllegalArgumentException(
                        "the projection of " + table.name() + " into " + view + " writes column '" + name + "' twice");
            }
        }
        return new UpsertProjection(table, view, key, renames, shardColumn);
    }
}
