package dev.cdcpipeline.offset.jdbc;

import dev.cdcpipeline.failure.CdcException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import javax.sql.DataSource;

/**
 * The tables that cdc-pipeline keeps for itself, by the place they belong to. They are found by the connection's search path.
 * For targets in JDBC databases; users choose a {@link SchemaMode} and need nothing of this.
 */
public enum JdbcSchema {
    /** {@code cdc_lease} and {@code cdc_slot}, in the pipeline's home database. */
    HOME(
            "home-postgresql.sql",
            Map.of(
                    "cdc_lease",
                    List.of("pipeline", "shard", "owner", "epoch", "claimed_at"),
                    "cdc_slot",
                    List.of(
                            "pipeline",
                            "shard",
                            "slot_name",
                            "phase",
                            "system_identifier",
                            "boundary",
                            "position",
                            "epoch",
                            "updated_at"))),

    /** {@code cdc_offset} and {@code cdc_missing_row}, in the database of each target. */
    TARGET(
            "target-postgresql.sql",
            Map.of(
                    "cdc_offset",
                    List.of(
                            "pipeline",
                            "shard",
                            "target",
                            "epoch",
                            "sequence",
                            "boundary",
                            "position",
                            "load_state",
                            "updated_at"),
                    "cdc_missing_row",
                    List.of("pipeline", "shard", "target", "source_table", "view", "row_key")));

    private static final String FOLDER = "/dev/cdcpipeline/offset/jdbc/schema/v1/";
    /** Any number, the same in all processes: whoever makes tables holds this advisory lock until its commit. */
    private static final long CREATION_LOCK = 0x6364_6370_6970_6531L;

    private final String file;
    private final Map<String, List<String>> columnsByTable;

    JdbcSchema(String file, Map<String, List<String>> columnsByTable) {
        this.file = file;
        this.columnsByTable = new TreeMap<>(columnsByTable);
    }

    /** Where the DDL is, as a resource of this module. */
    public String resource() {
        return FOLDER + file;
    }

    /** The DDL for PostgreSQL. Running it again changes nothing. */
    public String ddl() {
        try (InputStream in = JdbcSchema.class.getResourceAsStream(resource())) {
            if (in == null) {
                throw new IllegalStateException(resource() + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Makes or checks the tables.
     *
     * @param who begins each message: for whom the tables are
     * @throws CdcException if a table or column is missing and is not made, with the place of the DDL
     * @throws dev.cdcpipeline.failure.TransientFailure if the database cannot be reached now
     */
    public void prepare(DataSource dataSource, SchemaMode mode, String who) {
        try (BoundedTransaction transaction = BoundedTransaction.begin(dataSource)) {
            if (mode == SchemaMode.CREATE && !missing(transaction.connection()).isEmpty()) {
                create(transaction.connection());
            }
            List<String> missing = missing(transaction.connection());
            if (!missing.isEmpty()) {
                throw new CdcException(who + " lacks " + String.join(", ", missing)
                        + " (looked for along the search path of its user); run " + resource() + " of cdc-offsets-jdbc"
                        + (mode == SchemaMode.VALIDATE ? ", or choose SchemaMode.CREATE" : " on an empty schema"));
            }
            transaction.commit();
        } catch (SQLException e) {
            throw SqlFailures.describe(
                    who,
                    "cannot " + (mode == SchemaMode.CREATE ? "make" : "check") + " its tables (DDL: " + resource()
                            + ")",
                    e);
        }
    }

    private void create(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select pg_advisory_xact_lock(" + CREATION_LOCK + ")");
            statement.execute(ddl());
        }
    }

    private List<String> missing(Connection connection) throws SQLException {
        List<String> missing = new ArrayList<>();
        for (Map.Entry<String, List<String>> table : columnsByTable.entrySet()) {
            TreeSet<String> present = columns(connection, table.getKey());
            if (present.isEmpty()) {
                missing.add("table " + table.getKey());
            } else {
                table.getValue().stream()
                        .filter(column -> !present.contains(column))
                        .forEach(column -> missing.add("column " + table.getKey() + "." + column));
            }
        }
        return missing;
    }

    private static TreeSet<String> columns(Connection connection, String table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select attname from pg_attribute
                where attrelid = to_regclass(?) and attnum > 0 and not attisdropped""")) {
            statement.setString(1, table);
            try (ResultSet result = statement.executeQuery()) {
                TreeSet<String> columns = new TreeSet<>();
                while (result.next()) {
                    columns.add(result.getString(1));
                }
                return columns;
            }
        }
    }
}
