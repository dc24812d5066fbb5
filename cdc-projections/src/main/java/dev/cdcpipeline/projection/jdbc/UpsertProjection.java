package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table, the view, equal to a source table: inserts and updates are upserts by key, deletes are deletes. By default
 * the view's columns have the names of the record's, and its key is the source table's key.
 *
 * <pre>{@code
 * UpsertProjection.from(orders).into("shop.order_view").column("total", "amount").shardColumn("shard").build()
 * }</pre>
 *
 * <p>A batch is written set by set, not row by row: what happens to one key within a batch is folded into its result, then one
 * statement deletes and one upserts. In consequence:
 *
 * <ul>
 *   <li>A foreign key or a unique constraint of the view beside its key must be {@code DEFERRABLE INITIALLY DEFERRED}.
 *   <li>Columns of the view that are not mapped need a default or allow null; an update leaves them alone, a delete or a
 *       change of the key does not keep them.
 *   <li>Triggers of the view see the result of a batch, not each change.
 * </ul>
 *
 * <p>A large value that an update did not touch is not sent by the source, and the stored one is left alone. If the row is not
 * there, it cannot be made without that value: while the table is being loaded the row is remembered in
 * {@code cdc_missing_row}, and unless it comes the table is loaded again; at any other time the update is skipped with a
 * warning (the view was changed by somebody else, or was never loaded). REPLICA IDENTITY FULL makes the source send all values.
 *
 * <p>A TRUNCATE of the source deletes the shard's rows, by {@link UpsertProjectionBuilder#shardColumn}; without such a column
 * it deletes all. It fails, and nothing is deleted, where these may be another's rows: the pipeline has several shards and the
 * view no shard column, or another target or pipeline fills the view and rows of the same shard name, or without a shard column
 * any, may be its. Who fills a view is known from {@code cdc_offset} beside it; who keeps that table in another schema is not
 * seen. A target or pipeline that is given up for good must be dropped, or its row there deleted.
 *
 * <p>A backfill, a load after a gap, and the load of a target that joins a running pipeline bring every row. When they end,
 * rows of the shard are removed that have come neither from the load nor from the stream since it began: the source does not
 * have them any more. The keys of those that came are kept meanwhile in {@code cdc_loaded_row}. Where a TRUNCATE would fail, such
 * rows stay, with a warning. Any other first load removes nothing.
 *
 * <p>Values are written in PostgreSQL's text form and read by the type of the view's column, so that enums, domains, arrays,
 * json, ranges and types of extensions need no Java class. A value too long for its column is an error, never cut off; a column
 * that would round values, or cut the time off them, is refused at the start.
 */
public final class UpsertProjection implements JdbcProjection {
    private final SourceTable<?> table;
    private final TableName view;
    private final List<String> key;
    private final Map<String, String> renames;
    private final @Nullable String shardColumn;

    UpsertProjection(
            SourceTable<?> table,
            TableName view,
            List<String> key,
            Map<String, String> renames,
            @Nullable String shardColumn) {
        this.table = table;
        this.view = view;
        this.key = List.copyOf(key);
        this.renames = Map.copyOf(renames);
        this.shardColumn = shardColumn;
    }

    /** Begins a projection of a source table; {@link UpsertProjectionBuilder#into} must follow. */
    public static UpsertProjectionBuilder from(SourceTable<?> table) {
        return new UpsertProjectionBuilder(table);
    }

    /** The view, as {@code schema.table}. */
    @Override
    public String name() {
        return view.toString();
    }

    @Override
    public Collection<SourceTable<?>> tables() {
        return List.of(table);
    }

    /** Checks that the view is there, has the columns, of types that keep the values, and a unique index over exactly the key. */
    @Override
    public ShardProjection prepare(Handle handle, ProjectionContext context) throws SQLException {
        String who = context.who() + " projection of " + table.name() + " into '" + view + "'";
        List<String> sourceKey = context.context().key(table.name());
        SourceColumns columns = SourceColumns.of(who, table, key, sourceKey);
        ViewTable found = ViewTable.read(handle.getConnection(), view, who);
        String shard = context.context().shard().name();
        ViewSql sql = ViewSql.of(found, columns, renames, shardColumn, shard);
        sql.check(found);
        requireExact(context.context().tables().get(table.name()), columns, sql, who);
        MissingRows missing = MissingRows.open(handle.getConnection(), context, table.name(), view);
        OtherWriters others = new OtherWriters(context, view, shardColumn != null);
        LoadedRows loaded = new LoadedRows(who, sql, context, table.name(), view);
        return new ViewWriter(who, columns, sql, missing, loaded, others);
    }

    private void requireExact(@Nullable TableDefinition source, SourceColumns columns, ViewSql sql, String who) {
        if (source == null) {
            return;
        }
        for (ColumnDefinition column : source.columns()) {
            int index = columns.names().indexOf(column.name());
            ViewColumn written = index < 0 ? null : sql.columns().get(index);
            if (written != null && LossyTypes.isLossy(column.sqlType(), written.declared())) {
                throw new CdcException(who + ": column '" + table.name() + "." + column.name() + "' is "
                        + column.sqlType() + ", but '" + view + "." + written.name() + "' is " + written.declared()
                        + ", which would change values without an error; give it the source's type");
            }
        }
    }

    @Override
    public String toString() {
        return "UpsertProjection[" + table.name() + " into " + view + "]";
    }
}
