package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.shard.ShardId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Short, bounded calls to the pipeline's home database; a failure says who wanted what. A {@link #transaction} is on the disk
 * when it returns. {@link #rows} and {@link #update} are one statement that commits by itself, in a single round trip, as the
 * database is set: for what is done all the time and can be lost in a crash of the server without harm.
 */
final class HomeDatabase {
    private static final int QUERY_TIMEOUT_SECONDS = 25;

    interface Call<T> {
        T run(Connection connection) throws SQLException;
    }

    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final DataSource dataSource;

    HomeDatabase(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    static String who(String pipeline, ShardId shard) {
        return "[" + shard + "] " + who(pipeline);
    }

    static String who(String pipeline) {
        return "pipeline '" + pipeline + "'";
    }

    <T> T transaction(String who, String what, Call<T> call) {
        try (BoundedTransaction transaction = BoundedTransaction.begin(dataSource)) {
            T result = call.run(transaction.connection());
            transaction.commit();
            return result;
        } catch (SQLException e) {
            throw failure(who, what, e);
        }
    }

    <T> List<T> rows(String who, String what, String sql, RowReader<T> reader, @Nullable Object... parameters) {
        return committing(who, what, connection -> rows(connection, sql, reader, parameters));
    }

    int update(String who, String what, String sql, @Nullable Object... parameters) {
        return committing(who, what, connection -> update(connection, sql, parameters));
    }

    static <T> List<T> rows(Connection connection, String sql, RowReader<T> reader, @Nullable Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet result = statement.executeQuery()) {
            List<T> rows = new ArrayList<>();
            while (result.next()) {
                rows.add(reader.read(result));
            }
            return rows;
        }
    }

    static int update(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        }
    }

    static PreparedStatement prepare(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        try {
            statement.setQueryTimeout(QUERY_TIMEOUT_SECONDS);
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement;
        } catch (SQLException | RuntimeException | Error e) {
            statement.close();
            throw e;
        }
    }

    private <T> T committing(String who, String what, Call<T> call) {
        try (BoundedTransaction borrowed = BoundedTransaction.borrow(dataSource)) {
            borrowed.connection().setAutoCommit(true);
            return call.run(borrowed.connection());
        } catch (SQLException e) {
            throw failure(who, what, e);
        }
    }

    private static RuntimeException failure(String who, String what, SQLException e) {
        return SqlFailures.describe(who, what + " in the home database", e);
    }
}
