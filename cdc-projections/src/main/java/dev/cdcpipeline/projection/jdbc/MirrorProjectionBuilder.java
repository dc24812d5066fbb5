package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Builds a {@link MirrorProjection}. Not thread-safe. {@link #into} must be called. */
public final class MirrorProjectionBuilder {
    private final SourceTable<Row> source;
    private @Nullable TableName mirror;
    private @Nullable String shardColumn;
    private SchemaEvolution evolution = SchemaEvolution.NONE;
    private boolean creates;

    MirrorProjectionBuilder(SourceTable<Row> source) {
        this.source = source;
    }

    /**
     * The table to write to.
     *
     * @param table {@code schema.table} as PostgreSQL stores it; without a schema, {@code public}
     */
    public MirrorProjectionBuilder into(String table) {
        return into(TableName.parse(table));
    }

    /** The same for a name that {@link TableName#parse} cannot tell, for example with a dot in it. */
    public MirrorProjectionBuilder into(TableName table) {
        this.mirror = Objects.requireNonNull(table, "table");
        return this;
    }

    /**
     * Makes the table, and its schema, unless they are there: with the source's columns, types and key, and a generated column
     * that the source does not stream as the same expression. Its key then follows the source's, too. Default: the table must be
     * there, and its key stays as it is.
     */
    public MirrorProjectionBuilder createTable() {
        this.creates = true;
        return this;
    }

    /** What to do when a column appears at the source. Default: {@link SchemaEvolution#NONE}. */
    public MirrorProjectionBuilder evolve(SchemaEvolution schemaEvolution) {
        this.evolution = Objects.requireNonNull(schemaEvolution, "schemaEvolution");
        return this;
    }

    /**
     * A text column of the mirror that holds the shard's name and is part of its key, so that several shards can fill one table.
     * Default: none; the shards' keys must then differ.
     */
    public MirrorProjectionBuilder shardColumn(String column) {
        this.shardColumn = Objects.requireNonNull(column, "column");
        return this;
    }

    /** @throws IllegalStateException if {@link #into} was not called */
    public MirrorProjection build() {
        if (mirror == null) {
            throw new IllegalStateException("the mirror of " + source.name() + " lacks into(...)");
        }
        return new MirrorProjection(source, mirror, shardColumn, evolution, creates);
    }
}
