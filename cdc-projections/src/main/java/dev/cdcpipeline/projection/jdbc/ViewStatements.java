package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Sends rows and keys to a view. */
final class ViewStatements {
    /** 128 MB of a table: about a second of deletes. */
    private static final long BLOCKS_PER_DELETE = 16_384;

    private final String who;
    private final ViewSql sql;
    private final BulkStatement upsert;
    private final BulkStatement delete;
    private final BulkStatement absent;
    private final Map<BitSet, BulkStatement> moves = new HashMap<>();

    ViewStatements(String who, ViewSql sql) {
        this.who = who;
        this.sql = sql;
        this.upsert = new BulkStatement(who, sql.upsert(), sql.size());
        this.delete = new BulkStatement(who, sql.delete(), sql.keySize());
        this.absent = new BulkStatement(who, sql.absent(), sql.keySize());
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

    /** Deletes all rows of the shard, some blocks at a time, so that no statement runs for long. */
    void deleteAll(Connection connection) throws SQLException {
        long blocks;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql.blocks())) {
            result.next();
            blocks = result.getLong(1);
        }
        try (PreparedStatement statement = connection.prepareStatement(sql.deleteBlocks())) {
            for (long block = 0; block < blocks; block += BLOCKS_PER_DELETE) {
                Interruption.check(who);
                statement.setString(1, "(" + block + ",0)");
                statement.setString(2, "(" + (block + BLOCKS_PER_DELETE) + ",0)");
                statement.executeUpdate();
            }
        }
    }
}
