package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends rows and keys to a view. */
final class ViewStatements {
    private final String who;
    private final ViewSql sql;
    private final BulkStatement upsert;
    private final BulkStatement delete;
    private final BulkStatement absent;
    private final BlockDelete deleteAll;
    private final Map<BitSet, BulkStatement> moves = new HashMap<>();

    ViewStatements(String who, ViewSql sql) {
        this.who = who;
        this.sql = sql;
        this.upsert = new BulkStatement(who, sql.upsert(), sql.size());
        this.delete = new BulkStatement(who, sql.delete(), sql.keySize());
        this.absent = new BulkStatement(who, sql.absent(), sql.keySize());
        this.deleteAll = new BlockDelete(who, sql.view(), sql.shard(), BlockDelete.PLAIN);
    }

    void delete(Connection connection, List<RowKey> keys) throws SQLException {
        if (!keys.isEmpty()) {
            delete.update(connection, keys, RowKey::part);
        }
    }

    void upsert(Connection connection, List<ViewRow> rows) throws SQLException {
        if (!rows.isEmpty()) {
            upsert.update(connection, rows, ViewRow::text);
        }
    }

    /** Updates rows with unknown values, the same ones in all; returns the keys that are not in the view. */
    List<RowKey> patch(Connection connection, BitSet unknown, List<ViewRow> rows) throws SQLException {
        String update = sql.patch(unknown);
        int[] columns = sql.patchColumns(unknown);
        List<RowKey> keys = rows.stream().map(ViewRow::key).toList();
        if (update == null) {
            return absent(connection, keys);
        }
        long hit = new BulkStatement(who, update, columns.length)
                .update(connection, rows, (row, parameter) -> row.text(columns[parameter]));
        return hit == rows.size() ? List.of() : absent(connection, keys);
    }

    /** Gives rows another key and updates them; returns the new keys that are not in the view then. */
    List<RowKey> move(Connection connection, BitSet unknown, List<RowMove> rows) throws SQLException {
        int[] columns = sql.patchColumns(unknown);
        int keySize = sql.keySize();
        long hit = moves.computeIfAbsent(unknown, u -> new BulkStatement(who, sql.move(u), keySize + columns.length))
                .update(
                        connection,
                        rows,
                        (row, parameter) -> parameter < keySize
                                ? row.from().part(parameter)
                                : row.to().text(columns[parameter - keySize]));
        return hit == rows.size()
                ? List.of()
                : absent(connection, rows.stream().map(move -> move.to().key()).toList());
    }

    /** Those of these keys that are not in the view. */
    List<RowKey> absent(Connection connection, List<RowKey> keys) throws SQLException {
        return keys.isEmpty() ? keys : absent.select(connection, keys, RowKey::part);
    }

    /** Deletes all rows of the shard. */
    void deleteAll(Connection connection) throws SQLException {
        deleteAll.execute(connection);
    }
}
