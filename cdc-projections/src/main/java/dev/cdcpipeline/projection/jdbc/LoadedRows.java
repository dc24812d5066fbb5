package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Rows of the view that came as a whole since a replacing load began, from the load or from the stream, kept in
 * {@code cdc_loaded_row}: whoever is not among them at the end does not exist at the source any more. While no such load runs
 * nothing is noted, and nothing is sent.
 *
 * <p>A row is noted by its key as the view itself holds it, looked up after it was written, so that types, collations and
 * modifiers of columns cannot make two texts of one key.
 */
final class LoadedRows {
    private static final String TABLE = "cdc_loaded_row";

    private final BulkStatement note;
    private final BulkStatement strike;
    private final BulkStatement lacking;
    private final BlockDelete others;
    private final BlockDelete all;
    private boolean noting;

    LoadedRows(String who, ViewSql sql, ProjectionContext context, TableName table, TableName view) {
        String values = String.join(
                ", ",
                Sql.literal(context.context().pipeline()),
                Sql.literal(context.context().shard().name()),
                Sql.literal(context.target()),
                Sql.literal(table.toString()),
                Sql.literal(view.toString()));
        String noted = scope("l", values) + " and l.row_key = " + sql.keyText();
        this.note = new BulkStatement(
                who,
                "insert into " + TABLE + " (pipeline, shard, target, source_table, view, row_key) select " + values
                        + ", " + sql.keyText() + " from " + sql.rowsOfKeys() + " on conflict do nothing",
                sql.keySize());
        this.strike = new BulkStatement(
                who, "delete from " + TABLE + " l using " + sql.rowsOfKeys() + " and " + noted, sql.keySize());
        this.lacking = new BulkStatement(
                who, sql.absent(" and exists (select 1 from " + TABLE + " l where " + noted + ")"), sql.keySize());
        // OFFSET keeps it a look-up per row: a hash of all notes would be made anew for each piece of the view.
        this.others = new BlockDelete(
                who,
                sql.view(),
                sql.shard() + " and not exists (select 1 from " + TABLE + " l where " + noted + " offset 0)",
                BlockDelete.WITH_LOOKUP);
        this.all = new BlockDelete(who, TABLE, scope("v", values), BlockDelete.PLAIN);
    }

    private static String scope(String alias, String values) {
        return Stream.of("pipeline", "shard", "target", "source_table", "view")
                .map(column -> alias + "." + column)
                .collect(Collectors.joining(", ", "(", ") = (" + values + ")"));
    }

    /** Tells whether a replacing load runs, before the changes of each batch. */
    void noting(boolean isNoting) {
        this.noting = isNoting;
    }

    /** These rows are in the view as a whole. */
    void add(Connection connection, List<RowKey> keys) throws SQLException {
        if (noting && !keys.isEmpty()) {
            note.update(connection, keys, RowKey::part);
        }
    }

    /** These rows are about to go. */
    void remove(Connection connection, List<RowKey> keys) throws SQLException {
        if (noting && !keys.isEmpty()) {
            strike.update(connection, keys, RowKey::part);
        }
    }

    /**
     * Rows that cannot be whole although an update found them: what it left out may be as old as before the load. Those that
     * are {@code absent} are among them, and are the answer while nothing is noted.
     */
    List<RowKey> notWhole(Connection connection, List<RowKey> keys, List<RowKey> absent) throws SQLException {
        return noting && !keys.isEmpty() ? lacking.select(connection, keys, RowKey::part) : absent;
    }

    /** Removes all other rows of the shard from the view; returns how many. */
    long removeOthers(Connection connection) throws SQLException {
        return others.execute(connection);
    }

    /** All rows are gone. */
    void clearIfNoting(Connection connection) throws SQLException {
        if (noting) {
            clear(connection);
        }
    }

    /** Forgets everything. */
    void clear(Connection connection) throws SQLException {
        all.execute(connection);
    }
}
