package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement whose parameters are arrays, one for each column. Rows are sent in chunks, so that neither the client nor the
 * server holds the text of a large batch at once.
 */
final class BulkStatement {
    private static final int MAX_ROWS = 5_000;
    private static final int MAX_CHARACTERS = 2_000_000;

    /** A value of a row, by parameter. */
    interface Cell<R> {
        @Nullable
        String text(R row, int parameter);
    }

    private interface Chunk {
        void send(PreparedStatement statement, int first) throws SQLException;
    }

    private final String who;
    private final String sql;
    private final int parameters;

    BulkStatement(String who, String sql, int parameters) {
        this.who = who;
        this.sql = sql;
        this.parameters = parameters;
    }

    /** Executes it for all rows; returns how many rows of the table it hit. */
    <R> long update(Connection connection, List<R> rows, Cell<R> cell) throws SQLException {
        long[] hit = {0};
        execute(connection, rows, cell, (statement, first) -> hit[0] += statement.executeUpdate());
        return hit[0];
    }

    /** Executes a query that returns numbers of rows, counted from 1 in its arrays; returns these rows. */
    <R> List<R> select(Connection connection, List<R> rows, Cell<R> cell) throws SQLException {
        List<R> selected = new ArrayList<>();
        execute(connection, rows, cell, (statement, first) -> {
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    selected.add(rows.get(first + result.getInt(1) - 1));
                }
            }
        });
        return selected;
    }

    private <R> void execute(Connection connection, List<R> rows, Cell<R> cell, Chunk chunk) throws SQLException {
        ArrayText[] arrays = new ArrayText[parameters];
        for (int i = 0; i < parameters; i++) {
            arrays[i] = new ArrayText();
        }
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int first = 0;
            long characters = 0;
            for (int i = 0; i < rows.size(); i++) {
                for (int p = 0; p < parameters; p++) {
                    String text = cell.text(rows.get(i), p);
                    arrays[p].add(text);
                    characters += text == null ? 0 : text.length();
                }
                if (i + 1 == rows.size() || i + 1 - first == MAX_ROWS || characters >= MAX_CHARACTERS) {
                    Interruption.check(who);
                    bind(statement, arrays);
                    chunk.send(statement, first);
                    first = i + 1;
                    characters = 0;
                }
            }
        }
    }

    private static void bind(PreparedStatement statement, ArrayText[] arrays) throws SQLException {
        for (int p = 0; p < arrays.length; p++) {
            statement.setObject(p + 1, arrays[p].toString(), Types.OTHER);
            arrays[p].clear();
        }
    }
}
