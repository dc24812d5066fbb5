package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Checks before the commit what the server would check at the commit. */
final class DeferredConstraints {
    /** Rolling back keeps what is deferred deferred, and has it checked again at the commit. */
    private static final String CHECK = "savepoint cdc_constraints; set constraints all immediate;"
            + " rollback to savepoint cdc_constraints; release savepoint cdc_constraints";

    private DeferredConstraints() {}

    /** @throws SQLException if one fails; the transaction must then be rolled back to a savepoint */
    static void check(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CHECK);
        }
    }
}
