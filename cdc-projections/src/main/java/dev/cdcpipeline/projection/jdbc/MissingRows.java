package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that an update with unknown values did not find. While the table is being loaded most of them are simply not read yet,
 * but some never come: the load drops a row that was changed while its chunk was read, because the change comes anyway, and
 * the change lacks the large values. They are kept in {@code cdc_missing_row}, struck off when the row comes, and whoever is
 * left at the end makes the table be loaded again. Outside a load there is nothing to wait for; a warning tells.
 */
final class MissingRows {
    private static final Logger LOG = LoggerFactory.getLogger(MissingRows.class);
    private static final long WARN_EVERY_NANOS = Duration.ofMinutes(1).toNanos();

    private static final String WHERE =
            " where pipeline = ? and shard = ? and target = ? and source_table = ? and view = ?";
    private static final String EXISTS = "select exists (select 1 from cdc_missing_row" + WHERE + ")";
    private static final String ADD = """
            insert into cdc_missing_row (pipeline, shard, target, source_table, view, row_key)
            select ?, ?, ?, ?, ?, unnest(?::text[]) on conflict do nothing""";
    private static final String SETTLE = "delete from cdc_missing_row" + WHERE + " and row_key = any(?::text[])";
    private static final String CLEAR = "delete from cdc_missing_row" + WHERE;

    private final ProjectionContext context;
    private final String table;
    private final String view;
    /** Once true it stays so: a row that is settled in a transaction is back when that is rolled back. */
    private boolean mayExist;

    private boolean loading;
    private long lastWarning = System.nanoTime() - WARN_EVERY_NANOS;

    private MissingRows(ProjectionContext context, TableName table, TableName view) {
        this.context = context;
        this.table = table.toString();
        this.view = view.toString();
    }

    static MissingRows open(Connection connection, ProjectionContext context, TableName table, TableName view)
            throws SQLException {
        MissingRows rows = new MissingRows(context, table, view);
        rows.mayExist = rows.exist(connection);
        return rows;
    }

    /** Tells whether the table is being loaded, before the changes of each batch. */
    void loading(boolean isLoading) {
        this.loading = isLoading;
    }

    /** These keys were not found. */
    void add(Connection connection, List<RowKey> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        if (loading) {
            mayExist = true;
            execute(connection, ADD, keys);
        } else if (System.nanoTime() - lastWarning >= WARN_EVERY_NANOS) {
            lastWarning = System.nanoTime();
            LOG.warn(
                    "{}: {} updates of {} left large values out, and '{}' has no such rows to update, for example {};"
                            + " skipped (reported once a minute). Were rows deleted there, or never loaded? REPLICA"
                            + " IDENTITY FULL makes the source send all values",
                    context.who(),
                    keys.size(),
                    table,
                    view,
                    keys.get(0));
        }
    }

    /** These rows came as a whole, or are gone. */
    void settle(Connection connection, List<RowKey> keys) throws SQLException {
        if (mayExist && !keys.isEmpty()) {
            execute(connection, SETTLE, keys);
        }
    }

    /** All rows are gone. */
    void clear(Connection connection) throws SQLException {
        if (mayExist) {
            execute(connection, CLEAR, List.of());
        }
    }

    boolean exist(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EXISTS)) {
            bind(statement);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getBoolean(1);
            }
        }
    }

    private void execute(Connection connection, String sql, List<RowKey> keys) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            int next = bind(statement);
            if (!sql.equals(CLEAR)) {
                ArrayText texts = new ArrayText();
                keys.forEach(key -> texts.add(key.toString()));
                statement.setString(next, texts.toString());
            }
            statement.executeUpdate();
        }
    }

    private int bind(PreparedStatement statement) throws SQLException {
        statement.setString(1, context.context().pipeline());
        statement.setString(2, context.context().shard().name());
        statement.setString(3, context.target());
        statement.setString(4, table);
        statement.setString(5, view);
        return 6;
    }
}
