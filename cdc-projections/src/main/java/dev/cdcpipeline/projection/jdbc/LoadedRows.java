package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows of the view that came as a whole since a replacing load began, from the load or from the stream, kept in
 * {@code cdc_loaded_row}: whoever is not among them at the end does not exist at the source any more. While no such load runs
 * nothing is noted, and nothing is sent.
 *
 * <p>A row is noted by its key as the view itself holds it, looked up after it was written, so that types, collations and
 * modifiers of columns cannot make two texts of one key. OFFSET in the statements keeps each a look-up by index, row by row:
 * whatever the planner knows of the tables, the time of a statement grows with its rows only.
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
        NoteScope scope = NoteScope.of(context, table, view);
        String values = scope.values();
        String noted = "exists (select 1 from " + TABLE + " l where " + scope.matches("l") + " and l.row_key = "
                + sql.keyText() + " offset 0)";
        this.note = new BulkStatement(
                who,
                "insert into " + TABLE + " (pipeline, shard, target, source_table, view, row_key) select " + values
                        + ", k.row_key from " + sql.keysInView() + " on conflict do nothing",
                sql.keySize());
        this.strike = new BulkStatement(
                who,
                "delete from " + TABLE + " where ctid = any(array(select l.ctid from " + sql.keysInView()
                        + " cross join lateral (select l.ctid from " + TABLE + " l where " + scope.matches("l")
                        + " and l.row_key = k.row_key offset 0) l))",
                sql.keySize());
        this.lacking = new BulkStatement(who, sql.absent(" and " + noted + " offset 0"), sql.keySize());
        this.others = new BlockDelete(who, sql.view(), sql.shard() + " and not " + noted, BlockDelete.WITH_LOOKUP);
        this.all = new BlockDelete(who, TABLE, scope.matchesWithoutIndex("v"), BlockDelete.PLAIN);
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
