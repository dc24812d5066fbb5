package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.ColumnDefinition;
import dev.cdcpipeline.change.TableDefinition;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.SchemaDrift;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** DDL of a mirror: what makes it, adds columns, and gives it another key. */
final class MirrorTable {
    /** Another instance has made the same in the meantime. */
    private static final Set<String> MADE_ALREADY = Set.of("42P07", "42P06", "23505", "42710");

    private static final Set<String> KEY_DOES_NOT_HOLD = Set.of("23505", "23502");

    /** A value of no such type or length, or out of its range or null; no such cast; a view or a generated column on the column. */
    private static final Set<String> VALUES_OR_VIEWS = Set.of(
            "22P02", "22003", "22001", "22007", "22008", "22026", "22P03", "2200M", "23502", "23514", "42804", "42846",
            "0A000", "42601", "2BP01");

    private final String who;
    private final TableName name;
    private final @Nullable String shardColumn;

    MirrorTable(String who, TableName name, @Nullable String shardColumn) {
        this.who = who;
        this.name = name;
        this.shardColumn = shardColumn;
    }

    /**
     * Makes the table unless it is there.
     *
     * @return whether it was made
     * @throws SchemaDrift if this database does not have a type of the source
     */
    boolean create(Connection connection, TableDefinition source) throws SQLException {
        if (exists(connection, "select to_regclass(?)", Sql.name(name))) {
            return false;
        }
        List<String> items = new ArrayList<>();
        for (ColumnDefinition column : source.columns()) {
            boolean computed = column.generated() != null && !column.streamed();
            String expression = computed ? " generated always as (" + column.generated() + ") stored" : "";
            String required = source.key().contains(column.name()) ? " not null" : "";
            items.add(definition(connection, column.name(), column.sqlType()) + expression + required);
        }
        if (shardColumn != null) {
            items.add(Sql.name(shardColumn) + " text not null");
        }
        if (!source.key().isEmpty()) {
            items.add("primary key (" + Sql.names(withShard(source.key())) + ")");
        }
        if (!exists(connection, "select to_regnamespace(?)", Sql.name(name.schema()))) {
            attempt(connection, "create schema if not exists " + Sql.name(name.schema()), MADE_ALREADY);
        }
        return attempt(
                connection, "create table " + Sql.name(name) + " (" + String.join(", ", items) + ")", MADE_ALREADY);
    }

    /**
     * @param sqlType empty if the source has dropped the type since, of which only texts are left
     * @throws SchemaDrift if this database does not have the type
     */
    void addColumn(Connection connection, String column, String sqlType) throws SQLException {
        execute(
                connection,
                "alter table " + Sql.name(name) + " add column if not exists "
                        + definition(connection, column, sqlType.isEmpty() ? "text" : sqlType));
    }

    private String definition(Connection connection, String column, String sqlType) throws SQLException {
        requireType(connection, column, sqlType);
        return Sql.name(column) + " " + sqlType;
    }

    private void requireType(Connection connection, String column, String sqlType) throws SQLException {
        if (!exists(connection, "select to_regtype(?)", sqlType)) {
            throw new SchemaDrift(who + ": column '" + name + "." + column + "' cannot be made: the source's type '"
                    + sqlType + "' does not exist here; create the type or its extension in this database, by the same"
                    + " schema and name, or make the column yourself");
        }
    }

    /**
     * Gives a column another type, and its values the same texts.
     *
     * @param losable whether all rows are read again soon, so that values which are no values of that type may be lost meanwhile
     * @return whether it was done: not so if a view stands on the column, or values are no values of that type and may not be lost
     * @throws SchemaDrift if this database does not have the type
     */
    boolean changeType(Connection connection, String column, String sqlType, boolean losable) throws SQLException {
        requireType(connection, column, sqlType);
        String change =
                "alter table " + Sql.name(name) + " alter column " + Sql.name(column) + " type " + sqlType + " using ";
        if (attempt(connection, change + Sql.name(column) + "::text::" + sqlType, VALUES_OR_VIEWS)) {
            return true;
        }
        return losable
                && (attempt(connection, change + "null", VALUES_OR_VIEWS)
                        || attempt(
                                connection, "delete from " + Sql.name(name) + "; " + change + "null", VALUES_OR_VIEWS));
    }

    /**
     * Gives the table another primary key. Rows that cannot have it are out of date and removed: the caller has the table loaded
     * again.
     *
     * @param key empty for none
     */
    void changeKey(Connection connection, List<String> key) throws SQLException {
        dropKey(connection, key);
        if (key.isEmpty()) {
            return;
        }
        String unknown = String.join(
                " or ",
                key.stream().map(column -> Sql.name(column) + " is null").toList());
        execute(connection, "delete from " + Sql.name(name) + " where " + unknown);
        String add = "alter table " + Sql.name(name) + " add primary key (" + Sql.names(withShard(key)) + ")";
        if (!attempt(connection, add, KEY_DOES_NOT_HOLD)) {
            execute(connection, "delete from " + Sql.name(name));
            execute(connection, add);
        }
    }

    private void dropKey(Connection connection, List<String> newKey) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select c.conname, array(select attname::text from pg_attribute where attrelid = c.conrelid and attnum = any(c.conkey))
                from pg_constraint c where c.conrelid = to_regclass(?) and c.contype = 'p'""")) {
            statement.setString(1, Sql.name(name));
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    execute(
                            connection,
                            "alter table " + Sql.name(name) + " drop constraint " + Sql.name(row.getString(1)));
                    for (String column : (String[]) row.getArray(2).getArray()) {
                        if (!newKey.contains(column) && !column.equals(shardColumn)) {
                            execute(
                                    connection,
                                    "alter table " + Sql.name(name) + " alter column " + Sql.name(column)
                                            + " drop not null");
                        }
                    }
                }
            }
        }
    }

    /** A key of the source as it is in the mirror. */
    List<String> withShard(List<String> key) {
        List<String> columns = new ArrayList<>(key);
        if (shardColumn != null) {
            columns.add(shardColumn);
        }
        return columns;
    }

    /** Executes DDL; false if it failed with one of these states, and nothing was changed. */
    private static boolean attempt(Connection connection, String sql, Set<String> states) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            execute(connection, sql);
            connection.releaseSavepoint(before);
            return true;
        } catch (SQLException e) {
            if (!states.contains(e.getSQLState())) {
                throw e;
            }
            connection.rollback(before);
            return false;
        }
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query + " is not null")) {
            statement.setString(1, name);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
