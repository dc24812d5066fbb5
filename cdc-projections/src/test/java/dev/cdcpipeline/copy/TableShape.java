package dev.cdcpipeline.copy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** What a source table looks like at this moment, inside the transaction that alters it. */
record TableShape(String table, List<Column> columns, List<String> key, boolean fullIdentity) {
    private static final Set<String> KEYS = Set.of(
            "integer",
            "bigint",
            "text",
            "character varying(10)",
            "character varying(20)",
            "numeric",
            "numeric(10,2)",
            "numeric(12,4)",
            "date");

    record Column(String name, String type, boolean notNull) {
        String sql() {
            return quoted(name);
        }
    }

    static TableShape read(Connection connection, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        List<String> key = new ArrayList<>();
        boolean fullIdentity = false;
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,"
                                + " coalesce(a.attnum = any (i.indkey), false), c.relreplident = 'f'"
                                + " from pg_attribute a join pg_class c on c.oid = a.attrelid"
                                + " left join pg_index i on i.indrelid = a.attrelid and i.indisprimary"
                                + " where a.attrelid = '" + table
                                + "'::regclass and a.attnum > 0 and not a.attisdropped"
                                + " order by a.attnum")) {
            while (rows.next()) {
                columns.add(new Column(rows.getString(1), rows.getString(2), rows.getBoolean(3)));
                fullIdentity = rows.getBoolean(5);
                if (rows.getBoolean(4)) {
                    key.add(rows.getString(1));
                }
            }
        }
        return new TableShape(table, List.copyOf(columns), List.copyOf(key), fullIdentity);
    }

    Column any(Random dice) {
        return columns.get(dice.nextInt(columns.size()));
    }

    /** Of the types whose order Debezium knows, so that the table can be loaded again by it. */
    Optional<Column> anyForKey(Random dice) {
        List<Column> possible =
                columns.stream().filter(column -> KEYS.contains(column.type())).toList();
        return possible.isEmpty() ? Optional.empty() : Optional.of(possible.get(dice.nextInt(possible.size())));
    }

    /** A condition that holds for one row, or for none; the same one for the same rows and dice. */
    String anyRow(Random dice) {
        return "ctid = (select ctid from " + table + " t order by t::text, ctid offset " + dice.nextInt(6)
                + " limit 1)";
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
