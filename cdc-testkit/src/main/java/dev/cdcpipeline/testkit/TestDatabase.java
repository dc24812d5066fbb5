package dev.cdcpipeline.testkit;

import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database of a {@link PostgresSource} that belongs to one test, from {@link PostgresSource#freshDatabase(String)}.
 *
 * <p>{@link #close()} drops it with its replication slots, even if a client still streams from one. Safe for use by
 * several threads.
 */
public final class TestDatabase implements AutoCloseable {

    private final PostgresSource source;
    private final String name;

    TestDatabase(PostgresSource source, String name) {
        this.source = source;
        this.name = name;
    }

    /** The name, unique on the server and also usable as the name of a slot or publication. */
    public String name() {
        return name;
    }

    /** The server it lives on. */
    public PostgresSource source() {
        return source;
    }

    /** The URL, without user and password. */
    public String jdbcUrl() {
        return source.jdbcUrl(name);
    }

    /** A data source without a pool, for {@link PostgresSource#username()}. */
    public DataSource dataSource() {
        return source.dataSource(name);
    }

    /** See {@link PostgresSource#execute(String, String...)}. */
    public void execute(String... statements) {
        source.execute(name, statements);
    }

    /** See {@link PostgresSource#queryString(String, String)}. */
    public String queryString(String query) {
        return source.queryString(name, query);
    }

    /** See {@link PostgresSource#queryLong(String, String)}. */
    public long queryLong(String query) {
        return source.queryLong(name, query);
    }

    /** See {@link PostgresSource#queryStrings(String, String)}. */
    public List<@Nullable String> queryStrings(String query) {
        return source.queryStrings(name, query);
    }

    /**
     * Drops the database, its slots and its connections. May be called repeatedly; does nothing if the server does not
     * run.
     *
     * @throws IllegalStateException if a slot stays in use for 10 s
     */
    @Override
    public void close() {
        if (source.isRunning()) {
            source.dropDatabase(name);
        }
    }

    @Override
    public String toString() {
        return "TestDatabase[" + jdbcUrl() + "]";
    }
}
