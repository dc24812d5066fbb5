package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table equal to a source table as it is, with every column and without a record.
 *
 * <pre>{@code
 * MirrorProjection.from("public.orders").into("copy.orders").createTable().evolve(SchemaEvolution.ADD_COLUMNS).build()
 * }</pre>
 *
 * <p>Rows are written as {@link UpsertProjection} writes them, with the same rules for large values, TRUNCATE, loads and foreign
 * keys. Columns go by their names. Of the source's columns, one that the mirror lacks is left out or added, by
 * {@link SchemaEvolution}; of the mirror's, one that the row does not have any more keeps what it holds and gets its default in new
 * rows, and one that is generated computes its own value.
 *
 * <p><b>DDL at the source.</b> PostgreSQL tells of a new shape only with the next row, and sends no row for what DDL does to
 * those that are there: the default of a new column, a renamed column, values converted to another type. So when rows come in
 * another shape, unless columns were only dropped, or of the mirror's columns none is concerned, the mirror asks for the table to be
 * loaded again beside the stream, as a backfill does, and is equal to the source when that has ended; {@code cdc_mirror} remembers
 * it. A column that gets another type keeps its own in the mirror, unless the mirror makes its table and adds columns: then it is
 * altered, too. A value that does not fit the mirror's column is a {@link dev.cdcpipeline.failure.SchemaDrift}: the batch fails, and goes on
 * once the column has been altered. When the source gets another key, a mirror with {@link MirrorProjectionBuilder#createTable} gets
 * it, too, in a pipeline of one shard.
 *
 * <p><b>A table without a key</b> needs REPLICA IDENTITY FULL for updates and deletes: each hits exactly one of the rows that are
 * equal in every column. If there is none, somebody else has changed the mirror, and the batch fails. Such a table, and any other
 * that cannot be read in chunks, can be loaded by {@code FirstLoad.SNAPSHOT} only, and not again: after DDL a warning tells that
 * older rows keep what they hold, which is null for a column that was added or renamed. They are found all the same; not so after
 * a change of a column's type that changed values.
 */
public final class MirrorProjection implements JdbcProjection {
    private final SourceTable<Row> source;
    private final TableName mirror;
    private final @Nullable String shardColumn;
    private final SchemaEvolution evolution;
    private final boolean creates;

    MirrorProjection(
            SourceTable<Row> source,
            TableName mirror,
            @Nullable String shardColumn,
            SchemaEvolution evolution,
            boolean creates) {
        this.source = source;
        this.mirror = mirror;
        this.shardColumn = shardColumn;
        this.evolution = evolution;
        this.creates = creates;
    }

    /**
     * Begins a mirror of a source table; {@link MirrorProjectionBuilder#into} must follow.
     *
     * @param table {@code schema.table} as PostgreSQL stores it; without a schema, {@code public}
     */
    public static MirrorProjectionBuilder from(String table) {
        return from(TableName.parse(table));
    }

    /** The same for a name that {@link TableName#parse} cannot tell, for example with a dot in it. */
    public static MirrorProjectionBuilder from(TableName table) {
        return new MirrorProjectionBuilder(SourceTable.rows(table));
    }

    /** The mirror, as {@code schema.table}. */
    @Override
    public String name() {
        return mirror.toString();
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(source);
    }

    /** Makes the table if told so, and checks that it has the key and takes the columns' values. */
    @Override
    public ShardProjection prepare(Handle handle, ProjectionContext context) throws SQLException {
        String who = context.who() + " mirror of " + source.name() + " in '" + mirror + "'";
        TableDefinition definition = context.context().tables().get(source.name());
        if (definition == null || definition.columns().isEmpty()) {
            throw new CdcException(who + ": the source has not told which columns " + source.name() + " has");
        }
        if (definition.columns().stream().anyMatch(column -> column.name().equals(shardColumn))) {
            throw new CdcException(who + ": the source has a column '" + shardColumn
                    + "', the name of the shard column; give shardColumn(...) another name");
        }
        MirrorWriters writers = new MirrorWriters(who, context, source.name(), mirror, shardColumn, evolution, creates);
        MirrorWriter writer = new MirrorWriter(who, definition, writers, new ShapeNote(context, source.name(), mirror));
        Connection connection = handle.getConnection();
        boolean created = creates && new MirrorTable(who, mirror, shardColumn).create(connection, definition);
        writer.open(handle, created);
        writers.requireGenerated(definition);
        return writer;
    }

    @Override
    public String toString() {
        return "MirrorProjection[" + source.name() + " into " + mirror + "]";
    }
}
