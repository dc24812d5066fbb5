package dev.cdcpipeline.copy;

import dev.cdcpipeline.testkit.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;

/**
 * Compares copies with their source tables, in full and by SQL: the rows of a source are copied to a temporary table in the
 * target's database, and compared there. Both sessions agree on how values are written; what the databases' own settings say does
 * not matter.
 */
final class TableComparison implements AutoCloseable {
    private static final int SHOWN = 5;

    private static final String SETTINGS =
            "set datestyle = 'ISO, YMD'; set intervalstyle = postgres; set bytea_output = hex;"
                    + " set extra_float_digits = 1; set lc_monetary = 'C'; set timezone = 'UTC'";

    private final Connection source;
    private final Connection target;

    TableComparison(TestDatabase source, TestDatabase target) throws SQLException {
        this.source = source.dataSource().getConnection();
        this.target = target.dataSource().getConnection();
        execute(this.source, SETTINGS);
        execute(this.target, SETTINGS);
    }

    /**
     * What differs, by column, in rows of the same key, for a table with the key {@code id}.
     *
     * @param asText columns whose type has no equality; of the others both value and text are compared
     */
    List<String> byKey(String table, Set<String> asText) throws SQLException {
        Map<String, String> columns = copyExpected(table);
        List<String> differences = differentTypes(table, columns);
        String copy = "copy." + table;
        differences.addAll(strings("select 'the source is empty' where not exists (select 1 from expected)"));
        differences.addAll(
                strings("select 'row ' || id || ' is missing' from expected where id not in (select id from " + copy
                        + ") union all select 'row ' || id || ' is too much' from " + copy
                        + " where id not in (select id from expected)"));
        for (String column : columns.keySet()) {
            String e = "e." + quoted(column);
            String c = "c." + quoted(column);
            String differs = e + "::text is distinct from " + c + "::text"
                    + (asText.contains(column) ? "" : " or " + e + " is distinct from " + c);
            differences.addAll(strings("select 'row ' || id || ', column " + column + " "
                    + columns.get(column).replace("'", "''")
                    + ": the source has ' || coalesce('<' || left(" + e
                    + "::text, 300) || '>', 'null') || ', the copy '"
                    + " || coalesce('<' || left(" + c + "::text, 300) || '>', 'null') from expected e join " + copy
                    + " c using (id) where " + differs + " order by id limit " + SHOWN));
        }
        return differences;
    }

    /** What one of them has more often than the other; columns that only the copy has do not count. */
    List<String> asMultisets(String table) throws SQLException {
        Map<String, String> columns = copyExpected(table);
        List<String> differences = new ArrayList<>();
        Set<String> copied = columns("copy." + table, target).keySet();
        for (String column : columns.keySet()) {
            if (!copied.contains(column)) {
                differences.add("the copy of " + table + " has no column " + column + ", only " + copied);
            }
        }
        if (!differences.isEmpty()) {
            return differences;
        }
        String values = columns.keySet().stream()
                .map(column -> quoted(column) + "::text")
                .collect(Collectors.joining(", ", "select array[", "]::text[]::text as line from "));
        String expected = values + "expected";
        String actual = values + "copy." + table;
        differences.addAll(strings("select 'only in the source: ' || line from (" + expected + " except all " + actual
                + ") d order by line limit " + SHOWN));
        differences.addAll(strings("select 'only in the copy: ' || line from (" + actual + " except all " + expected
                + ") d order by line limit " + SHOWN));
        return differences;
    }

    /** @return names and types of the source's columns */
    private Map<String, String> copyExpected(String table) throws SQLException {
        Map<String, String> columns = columns("public." + table, source);
        execute(
                target,
                "drop table if exists expected; create temp table expected ("
                        + columns.entrySet().stream()
                                .map(column -> quoted(column.getKey()) + " " + column.getValue())
                                .collect(Collectors.joining(", "))
                        + ")");
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        try {
            String names =
                    columns.keySet().stream().map(TableComparison::quoted).collect(Collectors.joining(", "));
            source.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("copy (select " + names + " from public." + table + ") to stdout", rows);
            target.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("copy expected from stdin", new ByteArrayInputStream(rows.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return columns;
    }

    private List<String> differentTypes(String table, Map<String, String> columns) throws SQLException {
        Map<String, String> copied = columns("copy." + table, target);
        List<String> differences = new ArrayList<>();
        columns.forEach((name, type) -> {
            if (!type.equals(copied.get(name))) {
                differences.add(
                        "column " + name + ": the source has the type " + type + ", the copy " + copied.get(name));
            }
        });
        return differences;
    }

    private static Map<String, String> columns(String table, Connection connection) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        execute(connection, "set search_path = pg_catalog"); // so that the types of all other schemas are qualified
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("select attname, format_type(atttypid, atttypmod) from pg_attribute"
                                + " where attrelid = to_regclass('" + table
                                + "') and attnum > 0 and not attisdropped order by attnum")) {
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2));
            }
        }
        execute(connection, "reset search_path");
        return columns;
    }

    private List<String> strings(String query) throws SQLException {
        List<String> strings = new ArrayList<>();
        try (Statement statement = target.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                strings.add(String.valueOf(rows.getString(1)));
            }
        }
        return strings;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    @Override
    public void close() throws SQLException {
        source.close();
        target.close();
    }
}
