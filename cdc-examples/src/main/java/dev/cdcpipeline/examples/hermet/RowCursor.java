package dev.cdcpipeline.examples.hermet;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The rows of a query, one after another, without holding them all. */
final class RowCursor implements AutoCloseable {
    private static final int FETCH = 2000;

    /** A row as text, and the key it is ordered by. */
    record KeyedRow(String key, String text) {}

    private final Connection connection;
    private final ResultSet rows;
    private long count;

    private RowCursor(Connection connection, ResultSet rows) {
        this.connection = connection;
        this.rows = rows;
    }

    static RowCursor open(DataSource dataSource, String query) throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            connection.setAutoCommit(false); // Else the driver would read all rows at once.
            Statement statement = connection.createStatement();
            statement.closeOnCompletion();
            statement.setFetchSize(FETCH);
            return new RowCursor(connection, statement.executeQuery(query));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** The next row, null after the last. */
    @Nullable
    KeyedRow next() throws SQLException {
        if (!rows.next()) {
            return null;
        }
        count++;
        return new KeyedRow(rows.getString(1), rows.getString(2));
    }

    /** How many rows there were so far. */
    long count() {
        return count;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
