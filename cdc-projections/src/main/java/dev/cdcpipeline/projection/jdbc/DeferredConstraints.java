package dev.cdcpipeline.projection.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Checks before the commit what the server would check at the commit. For one transaction. */
final class DeferredConstraints {
    private static final String KINDS = "select count(*) filter (where condeferred),"
            + " count(*) filter (where not condeferred) from pg_constraint where condeferrable";

    /** What holds now is not checked again behind the next changes: that would be the work of the whole batch each time. */
    private static final String CHECK = "set constraints all immediate; set constraints all deferred";

    /** Rolling back keeps deferred what is deferred, and nothing else; everything is checked again behind the next changes. */
    private static final String CHECK_AND_FORGET = "savepoint cdc_constraints; set constraints all immediate;"
            + " rollback to savepoint cdc_constraints; release savepoint cdc_constraints";

    private final Connection connection;
    private @Nullable String check;

    DeferredConstraints(Connection connection) {
        this.connection = connection;
    }

    /** @throws SQLException if one fails; the transaction must then be rolled back to a savepoint */
    void check() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (check == null) {
                check = statement(statement);
            }
            if (!check.isEmpty()) {
                statement.execute(check);
            }
        }
    }

    /** Empty where the database has none. One that begins immediate must stay so, unless somebody else has deferred it. */
    private static String statement(Statement statement) throws SQLException {
        try (ResultSet kinds = statement.executeQuery(KINDS)) {
            kinds.next();
            boolean deferred = kinds.getLong(1) > 0;
            boolean immediate = kinds.getLong(2) > 0;
            return immediate ? CHECK_AND_FORGET : deferred ? CHECK : "";
        }
    }
}
