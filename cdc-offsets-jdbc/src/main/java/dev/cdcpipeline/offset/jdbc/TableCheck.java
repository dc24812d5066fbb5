package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.failure.CdcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a table of our own must have: columns, and privileges for the connection's user.
 *
 * @param name without schema, found by the search path
 * @param isEmptied whether rows are deleted, beside being inserted and updated
 */
record TableCheck(String name, boolean isEmptied, List<String> columns) {
    private static final String COLUMNS =
            "select attname from pg_attribute where attrelid = to_regclass(?) and attnum > 0 and not attisdropped";
    private static final String REFUSED = """
            select privilege from unnest(?) privilege where not has_table_privilege(to_regclass(?), privilege)""";

    /** A table whose rows are never deleted. */
    static TableCheck kept(String name, String... columns) {
        return new TableCheck(name, false, List.of(columns));
    }

    static TableCheck emptied(String name, String... columns) {
        return new TableCheck(name, true, List.of(columns));
    }

    /** The table that home database and targets both have. */
    static TableCheck deadLetters() {
        return emptied(
                "cdc_dead_letter",
                "id",
                "pipeline",
                "shard",
                "target",
                "projection",
                "source_table",
                "operation",
                "keys",
                "row_key",
                "previous_key",
                "before",
                "after",
                "original",
                "column_types",
                "reread",
                "position",
                "transaction_id",
                "committed_at",
                "state",
                "attempts",
                "error_class",
                "error_message",
                "error_stack",
                "parked_at",
                "first_failed_at",
                "last_failed_at",
                "note");
    }

    /** Fails as a write would. */
    static void requireWritable(Connection connection) throws SQLException {
        String readOnly = HomeDatabase.rows(connection, "show transaction_read_only", row -> row.getString(1))
                .get(0);
        if (readOnly.equals("on")) {
            throw new SQLException("transaction_read_only is on", "25006");
        }
    }

    /** In words, the table or those of its columns that are not there. */
    List<String> missing(Connection connection) throws SQLException {
        Set<String> present = Set.copyOf(HomeDatabase.rows(connection, COLUMNS, row -> row.getString(1), name));
        if (present.isEmpty()) {
            return List.of("table " + name);
        }
        return columns.stream()
                .filter(column -> !present.contains(column))
                .map(column -> "column " + name + "." + column)
                .toList();
    }

    /** @throws CdcException if the user may not do something with it */
    void requirePrivileges(Connection connection, String who) throws SQLException {
        List<String> needed = new ArrayList<>(List.of("SELECT", "INSERT", "UPDATE"));
        if (isEmptied) {
            needed.add("DELETE");
        }
        List<String> refused = HomeDatabase.rows(
                connection, REFUSED, row -> row.getString(1), connection.createArrayOf("text", needed.toArray()), name);
        if (!refused.isEmpty()) {
            throw new CdcException(who + " cannot be written: the user of the data source may not "
                    + String.join(", ", refused) + " on " + name + "; GRANT " + String.join(", ", refused) + " ON "
                    + name
                    + " TO " + connection.getMetaData().getUserName());
        }
    }
}
