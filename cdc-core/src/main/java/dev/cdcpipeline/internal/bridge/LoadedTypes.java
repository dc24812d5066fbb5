package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.shape.TableShape;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The types of the columns of tables that a run loads, as they were before it read the first row. Debezium knows of a table's
 * columns nothing but the names, so that rows of a chunk would be taken for what the stream brings meanwhile.
 */
final class LoadedTypes {
    private static final String TYPES = """
            select n.nspname, c.relname, a.attname, a.atttypid::int8, a.atttypmod
            from pg_class c
            join pg_namespace n on n.oid = c.relnamespace
            join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relkind in ('r', 'p') and (n.nspname, c.relname) in (select * from unnest(?::text[], ?::text[]))
            """;

    private final Map<TableName, Map<String, ColumnType>> tables = new HashMap<>();

    private record ColumnType(int oid, int modifier) {}

    private LoadedTypes() {}

    static LoadedTypes read(Connection catalog, Set<TableName> loading) throws SQLException {
        LoadedTypes types = new LoadedTypes();
        if (loading.isEmpty()) {
            return types;
        }
        try (PreparedStatement statement = catalog.prepareStatement(TYPES)) {
            statement.setArray(
                    1,
                    catalog.createArrayOf(
                            "text", loading.stream().map(TableName::schema).toArray()));
            statement.setArray(
                    2,
                    catalog.createArrayOf(
                            "text", loading.stream().map(TableName::name).toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    types.tables
                            .computeIfAbsent(
                                    new TableName(rows.getString(1), rows.getString(2)), name -> new HashMap<>())
                            .put(rows.getString(3), new ColumnType((int) rows.getLong(4), rows.getInt(5)));
                }
            }
        }
        return types;
    }

    /** Whether rows of this shape have the types that a load of their table reads, if one does. */
    boolean fit(TableShape shape) {
        Map<String, ColumnType> known = tables.get(shape.table());
        return known == null
                || shape.columns().stream()
                        .allMatch(column -> new ColumnType(column.typeOid(), column.typeModifier())
                                .equals(known.get(column.name())));
    }
}
