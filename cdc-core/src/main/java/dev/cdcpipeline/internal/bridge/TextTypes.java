package dev.cdcpipeline.internal.bridge;

import io.debezium.connector.postgresql.connection.PostgresConnection;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TypeInfo;

/**
 * Makes a connection of the driver give every value as the server's text: {@code getObject} gives a text for what it takes for a
 * varchar. Otherwise a load would read old dates through the Julian calendar, intervals and points in the driver's own spelling,
 * and hstore as a map. Names and numbers of types stay as they are.
 */
final class TextTypes {
    /**
     * What the driver has a mind of its own about. Others it gives as text already; arrays stay arrays, whose own text is exact.
     */
    private static final String TYPES = """
            select t.oid::int8, t.typname, t.typarray::int8
            from pg_type t
            where t.typtype in ('b', 'r', 'm') and t.typcategory <> 'A' and t.typarray <> 0
              and t.typname not in ('text', 'varchar')
              and (t.typnamespace = 'pg_catalog'::regnamespace or t.typname = 'hstore')
            """;

    private TextTypes() {}

    static void applyTo(PostgresConnection connection) throws SQLException {
        Connection driver = connection.connection();
        TypeInfo types = driver.unwrap(BaseConnection.class).getTypeInfo();
        try (Statement statement = driver.createStatement();
                ResultSet rows = statement.executeQuery(TYPES)) {
            while (rows.next()) {
                types.addCoreType(rows.getString(2), (int) rows.getLong(1), Types.VARCHAR, "java.lang.String", (int)
                        rows.getLong(3));
            }
        }
    }
}
