package dev.cdcpipeline.offset.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import javax.sql.DataSource;

/**
 * One transaction on a connection borrowed for it, in which no call blocks for ever: a statement ends after 25 seconds on the
 * server, a reply is awaited for 30 seconds, and a process that freezes inside the transaction loses it after 30 seconds, so
 * that nobody waits for its locks. Borrowing is bounded by the data source itself (Hikari: {@code connectionTimeout}).
 *
 * <p>{@link #close()} rolls back what was not committed, restores what was set, and gives the connection back. Used by one
 * thread; only {@link #abort()} may come from another. For targets in JDBC databases.
 */
public final class BoundedTransaction implements AutoCloseable {
    private static final int NETWORK_TIMEOUT_MILLIS = 30_000;
    private static final int STATEMENT_TIMEOUT_MILLIS = 25_000;
    /** A commit is on the disk when it returns, also where the database says otherwise: slots are moved on the strength of it. */
    private static final String LIMITS = "set local statement_timeout = " + STATEMENT_TIMEOUT_MILLIS
            + "; set local idle_in_transaction_session_timeout = " + NETWORK_TIMEOUT_MILLIS
            + "; select set_config('synchronous_commit', 'on', true)"
            + " where current_setting('synchronous_commit') = 'off'";

    private static final Executor CALLER = Runnable::run;

    private final Connection connection;
    private final boolean autoCommitBefore;
    private final int networkTimeoutBefore;
    private boolean open;

    private BoundedTransaction(Connection connection) throws SQLException {
        this.connection = connection;
        this.autoCommitBefore = connection.getAutoCommit();
        this.networkTimeoutBefore = connection.getNetworkTimeout();
    }

    /** {@link #borrow} and {@link #start}. */
    public static BoundedTransaction begin(DataSource dataSource, String... settings) throws SQLException {
        BoundedTransaction transaction = borrow(dataSource);
        try {
            transaction.start(settings);
            return transaction;
        } catch (SQLException | RuntimeException | Error e) {
            transaction.close();
            throw e;
        }
    }

    /** Borrows a connection and bounds it; no transaction runs yet. */
    public static BoundedTransaction borrow(DataSource dataSource) throws SQLException {
        Connection connection = connect(dataSource);
        try {
            BoundedTransaction transaction = new BoundedTransaction(connection);
            connection.setNetworkTimeout(CALLER, NETWORK_TIMEOUT_MILLIS);
            return transaction;
        } catch (SQLException | RuntimeException | Error e) {
            connection.close();
            throw e;
        }
    }

    /** A pool that cannot make its first connection may say so by an unchecked exception (Hikari does). */
    private static Connection connect(DataSource dataSource) throws SQLException {
        try {
            return dataSource.getConnection();
        } catch (RuntimeException e) {
            SQLException cause = SqlFailures.find(e);
            if (cause == null) {
                throw e;
            }
            throw new SQLException(e.getMessage(), cause.getSQLState(), cause);
        }
    }

    /**
     * Begins the transaction, with the limits and more settings for it, in one round trip.
     *
     * @param settings such as {@code plan_cache_mode = force_custom_plan}
     */
    public void start(String... settings) throws SQLException {
        connection.setAutoCommit(false);
        open = true;
        StringBuilder sql = new StringBuilder(LIMITS);
        for (String setting : settings) {
            sql.append("; set local ").append(setting);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql.toString());
        }
    }

    public Connection connection() {
        return connection;
    }

    /** Commits. If this throws, whether the transaction is durable is unknown. */
    public void commit() throws SQLException {
        connection.commit();
        open = false;
    }

    /** Makes a call that another thread is blocked in fail at once, by closing the socket under it. Does not throw. */
    public void abort() {
        try {
            connection.abort(CALLER);
        } catch (SQLException | RuntimeException ignored) {
            // The connection is broken already, which is what was asked for.
        }
    }

    /** Rolls back what was not committed and gives the connection back. Does not throw. */
    @Override
    public void close() {
        try (connection) {
            if (open) {
                open = false;
                connection.rollback();
            }
            if (autoCommitBefore != connection.getAutoCommit()) {
                connection.setAutoCommit(autoCommitBefore);
            }
            connection.setNetworkTimeout(CALLER, networkTimeoutBefore);
        } catch (SQLException ignored) {
            // The connection is broken: the server rolls back by itself, and a pool throws the connection away.
        }
    }
}
