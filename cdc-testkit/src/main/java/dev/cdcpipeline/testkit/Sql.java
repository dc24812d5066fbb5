package dev.cdcpipeline.testkit;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** Short statements in auto-commit, each call over a connection of its own. */
final class Sql {

    private final DataSource dataSource;
    private final String where;

    private Sql(DataSource dataSource, String where) {
        this.dataSource = dataSource;
        this.where = where;
    }

    static Sql to(PostgresServer server, String database) {
        return new Sql(
                dataSource(server, database), "database " + database + " at " + server.host() + ":" + server.port());
    }

    static DataSource dataSource(PostgresServer server, String database) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setServerNames(new String[] {server.host()});
        dataSource.setPortNumbers(new int[] {server.port()});
        dataSource.setDatabaseName(database);
        dataSource.setUser(PostgresServer.USERNAME);
        dataSource.setPassword(PostgresServer.PASSWORD);
        return dataSource;
    }

    static String quote(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    boolean connects() {
        try (Connection connection = dataSource.getConnection()) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    void execute(String... statements) {
        String current = "connect";
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                current = sql;
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw failure(current, e);
        }
    }

    /** The first column of all rows. */
    List<@Nullable String> column(String query) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            List<@Nullable String> column = new ArrayList<>();
            while (rows.next()) {
                column.add(rows.getString(1));
            }
            return column;
        } catch (SQLException e) {
            throw failure(query, e);
        }
    }

    String string(String query) {
        List<@Nullable String> column = column(query);
        String value = column.size() == 1 ? column.get(0) : null;
        if (value == null) {
            throw new IllegalStateException(
                    "Expected one row with a value from " + where + " but got " + column + " for: " + query);
        }
        return value;
    }

    long number(String query) {
        return Long.parseLong(string(query));
    }

    private IllegalStateException failure(String sql, SQLException cause) {
        return new IllegalStateException(
                "SQL failed in " + where + ": " + cause.getMessage() + "\n  in: " + sql, cause);
    }
}
