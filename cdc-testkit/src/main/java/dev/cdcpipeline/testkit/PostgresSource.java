package dev.cdcpipeline.testkit;

import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server for tests of change data capture: logical decoding is on, and it can be killed and restarted.
 *
 * <pre>{@code
 * try (PostgresSource postgres = PostgresSource.start()) {
 *     postgres.createDatabase("shop");
 *     postgres.execute("shop", "create table orders (id bigint primary key)");
 *     postgres.killAndRestart(); // clients reconnect to the same host and port
 * }
 * }</pre>
 *
 * <p>Runs embedded by default, with the version of the zonky binaries on the class path; with the system property
 * {@code cdc.testkit.postgres=testcontainers}, in a container. {@link #builder()} tells what can be changed, and the
 * defaults. The user is a superuser and needs its password, so that tests can also try a wrong one.
 *
 * <p>An embedded server that runs also ends, and its temporary files are removed, when the test JVM ends without {@link
 * #close()}, even by SIGKILL (on Windows only the server, and only at an orderly end).
 *
 * <p>Safe for use by several threads. SQL conveniences throw {@link IllegalStateException} with the statement, and the
 * {@link java.sql.SQLException} as cause.
 */
public final class PostgresSource implements AutoCloseable {

    static final String ADMIN_DATABASE = "postgres";

    private final PostgresServer server;
    private final boolean shared;

    PostgresSource(PostgresServer server, boolean shared) {
        this.server = server;
        this.shared = shared;
    }

    /** Starts a server with the defaults of {@link #builder()}, and waits until it accepts connections. */
    public static PostgresSource start() {
        return builder().start();
    }

    /** Begins the description of a server other than the default one. */
    public static PostgresSourceBuilder builder() {
        return new PostgresSourceBuilder();
    }

    /**
     * The server that all tests of this JVM share: started on first use, stopped when the JVM ends. Take a
     * {@link #freshDatabase(String)} of it in each test. It cannot be stopped, killed or closed by a test; start an own
     * server for that.
     */
    public static PostgresSource shared() {
        return Shared.instance();
    }

    /** The host name or address clients connect to. */
    public String host() {
        return server.host();
    }

    /** The port clients connect to: chosen at the first start, kept by restarts. */
    public int port() {
        return server.port();
    }

    /** The superuser, who may also replicate. */
    public String username() {
        return PostgresServer.USERNAME;
    }

    /** The password of {@link #username()}. */
    public String password() {
        return PostgresServer.PASSWORD;
    }

    /** The URL of a database, without user and password. */
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
    }

    /** A data source without a pool, for {@link #username()}. */
    public DataSource dataSource(String database) {
        return Sql.dataSource(server, database);
    }

    /** What the server calls {@code server_version_num}: 180006 for 18.6. */
    public int version() {
        return (int) queryLong(ADMIN_DATABASE, "show server_version_num");
    }

    /** Where the write-ahead log ends now, such as {@code 0/1A2B3C8}. */
    public String currentWalLsn() {
        return queryString(ADMIN_DATABASE, "select pg_current_wal_lsn()");
    }

    /** Creates an empty database with exactly this name. */
    public void createDatabase(String name) {
        execute(ADMIN_DATABASE, "create database " + Sql.quote(name));
    }

    /**
     * Drops a database with all its replication slots, and ends the connections to it first. Does nothing if it does not
     * exist.
     */
    public void dropDatabase(String name) {
        new DatabaseDrop(Sql.to(server, ADMIN_DATABASE), name).run();
    }

    /**
     * Creates a database that no other test uses.
     *
     * @param prefix what its name starts with: 1 to 40 lower case letters, digits and underscores
     * @throws IllegalArgumentException if the prefix is anything else
     */
    public TestDatabase freshDatabase(String prefix) {
        if (!prefix.matches("[a-z_][a-z0-9_]{0,39}")) {
            throw new IllegalArgumentException("Database prefix '" + prefix
                    + "' must be 1 to 40 lower case letters, digits and underscores and not start with a digit");
        }
        String unique = UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        String name = prefix + "_" + unique;
        createDatabase(name);
        return new TestDatabase(this, name);
    }

    /** Executes statements one after another, each in a transaction of its own, over one new connection. */
    public void execute(String database, String... statements) {
        Sql.to(server, database).execute(statements);
    }

    /** The only value of a query, as text; fails unless there is exactly one row with a value. */
    public String queryString(String database, String query) {
        return Sql.to(server, database).string(query);
    }

    /** The only value of a query, as a number; fails unless there is exactly one row with a number. */
    public long queryLong(String database, String query) {
        return Sql.to(server, database).number(query);
    }

    /** The first column of all rows, as text. */
    public List<@Nullable String> queryStrings(String database, String query) {
        return Sql.to(server, database).column(query);
    }

    /** Whether the server process is alive. */
    public boolean isRunning() {
        return server.isRunning();
    }

    /** Kills the server and all its backends with SIGKILL; returns when they are gone. Committed data are kept. */
    public void kill9() {
        requireOwn("killed");
        server.kill9();
    }

    /** {@link #kill9()} and then {@link #restart()}. */
    public void killAndRestart() {
        kill9();
        restart();
    }

    /**
     * Stops the server in order ("fast"): sessions end, replication clients are given the rest of the log for at most 10
     * s. Does nothing if it does not run.
     */
    public void stop() {
        requireOwn("stopped");
        server.stop();
    }

    /**
     * Starts the server again on the same data, host and port, after stopping it if it runs; returns when it accepts
     * connections.
     *
     * @throws IllegalStateException if it does not start, with the end of its log
     */
    public void restart() {
        requireOwn("restarted");
        server.stop();
        server.start();
    }

    /** The last lines of the server's log, for messages of failed tests. */
    public String logTail() {
        return server.logTail();
    }

    /** Ends the server at once and deletes its data, unless the data directory was given. May be called repeatedly. */
    @Override
    public void close() {
        requireOwn("closed");
        server.close();
    }

    private void requireOwn(String action) {
        if (shared) {
            throw new IllegalStateException("PostgresSource.shared() must not be " + action
                    + " because other tests use it; start an own server with PostgresSource.start()");
        }
    }

    @Override
    public String toString() {
        return "PostgresSource[" + host() + ":" + port() + "]";
    }

    /** Starts again on the next call if a start fails, which a static initialiser would not do. */
    private static final class Shared {

        private static @Nullable PostgresSource instance;

        private Shared() {}

        static synchronized PostgresSource instance() {
            PostgresSource result = instance;
            if (result == null) {
                result = builder().startShared();
                instance = result;
            }
            return result;
        }
    }
}
