package dev.cdcpipeline.offset.jdbc;

import static dev.cdcpipeline.offset.jdbc.TableCheck.emptied;
import static dev.cdcpipeline.offset.jdbc.TableCheck.kept;

import dev.cdcpipeline.failure.CdcException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * The tables that cdc-pipeline keeps for itself, by the place they belong to. They are found by the connection's search path.
 * For targets in JDBC databases; users choose a {@link SchemaMode} and need nothing of this.
 */
public enum JdbcSchema {
    /**
     * In the pipeline's home database: who runs a shard, what is known of its slot, what operators have asked for, and dead letters of
     * targets that are no database.
     */
    HOME(
            "home-postgresql.sql",
            kept("cdc_lease", "pipeline", "shard", "owner", "epoch", "claimed_at", "expires_at"),
            emptied("cdc_member", "pipeline", "owner", "joined_at", "expires_at"),
            emptied(
                    "cdc_slot",
                    "pipeline",
                    "shard",
                    "slot_name",
                    "phase",
                    "system_identifier",
                    "timeline",
                    "boundary",
                    "position",
                    "gap",
                    "gap_restarts",
                    "repairing",
                    "epoch",
                    "updated_at"),
            kept("cdc_shard_control", "pipeline", "shard", "paused", "paused_by", "restarts", "changed_at"),
            kept(
                    "cdc_backfill",
                    "pipeline",
                    "id",
                    "shard",
                    "target",
                    "projection",
                    "tables",
                    "state",
                    "note",
                    "requested_at",
                    "started_at",
                    "ended_at"),
            kept(
                    "cdc_letter_order",
                    "pipeline",
                    "id",
                    "shard",
                    "target",
                    "filter",
                    "action",
                    "reason",
                    "state",
                    "done",
                    "failed",
                    "note",
                    "requested_at",
                    "ended_at"),
            TableCheck.deadLetters()),

    /** In the database of each target: how far it has come, what its loads must remember, and its dead letters. */
    TARGET(
            "target-postgresql.sql",
            emptied(
                    "cdc_offset",
                    "pipeline",
                    "shard",
                    "target",
                    "epoch",
                    "sequence",
                    "boundary",
                    "position",
                    "load_state",
                    "updated_at"),
            emptied("cdc_missing_row", "pipeline", "shard", "target", "source_table", "view", "row_key"),
            emptied("cdc_loaded_row", "pipeline", "shard", "target", "source_table", "view", "row_key"),
            emptied(
                    "cdc_mirror",
                    "pipeline",
                    "shard",
                    "target",
                    "source_table",
                    "view",
                    "column_names",
                    "column_types",
                    "key_columns",
                    "outdated",
                    "added_columns"),
            TableCheck.deadLetters());

    private static final String FOLDER = "/dev/cdcpipeline/offset/jdbc/schema/v1/";
    /** Any number, the same in all processes: whoever makes tables holds this advisory lock until its commit. */
    private static final long CREATION_LOCK = 0x6364_6370_6970_6531L;

    private final String file;
    private final List<TableCheck> tables;

    JdbcSchema(String file, TableCheck... tables) {
        this.file = file;
        this.tables = List.of(tables);
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
     * Makes or checks the tables, and checks that they can be written.
     *
     * @param who begins each message: for whom the tables are
     * @throws CdcException if a table or column is missing and is not made, with the place of the DDL, or a privilege is
     *     missing, with the statement that grants it
     * @throws dev.cdcpipeline.failure.TransientFailure if the database cannot be reached or is read-only now
     */
    public void prepare(DataSource dataSource, SchemaMode mode, String who) {
        String doing = "cannot be reached";
        try (BoundedTransaction transaction = BoundedTransaction.begin(dataSource)) {
            Connection connection = transaction.connection();
            doing = "cannot be written";
            TableCheck.requireWritable(connection);
            doing = "cannot " + (mode == SchemaMode.CREATE ? "make" : "check") + " its tables (DDL: " + resource()
                    + ")";
            List<String> missing = missing(connection);
            if (mode == SchemaMode.CREATE && !missing.isEmpty()) {
                create(connection);
                missing = missing(connection);
            }
            if (!missing.isEmpty()) {
                throw new CdcException(who + " lacks " + String.join(", ", missing)
                        + " (looked for along the search path of its user); run " + resource() + " of cdc-offsets-jdbc"
                        + (mode == SchemaMode.VALIDATE ? ", or choose SchemaMode.CREATE" : " on an empty schema"));
            }
            for (TableCheck table : tables) {
                table.requirePrivileges(connection, who);
            }
            transaction.commit();
        } catch (SQLException e) {
            throw SqlFailures.describe(who, doing, e);
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
        for (TableCheck table : tables) {
            missing.addAll(table.missing(connection));
        }
        return missing;
    }
}
