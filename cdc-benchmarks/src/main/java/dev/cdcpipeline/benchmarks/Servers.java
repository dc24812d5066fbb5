package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.PostgresSourceBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Two PostgreSQL servers, source and target. Durable as in production; nothing of their own accord disturbs a run. */
record Servers(PostgresSource source, PostgresSource target) implements AutoCloseable {

    static Servers start() {
        PostgresSource source = server().start();
        try {
            return new Servers(source, server().start());
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static PostgresSourceBuilder server() {
        return PostgresSource.builder()
                .setting("fsync", "on")
                .setting("synchronous_commit", "on")
                .setting("shared_buffers", "512MB")
                .setting("max_wal_size", "16GB")
                .setting("checkpoint_timeout", "1h")
                .setting("autovacuum", "off");
    }

    /** An empty database with the table and its procedures. */
    static void createOrders(PostgresSource server, String database) {
        server.createDatabase(database);
        try (InputStream in = Servers.class.getResourceAsStream("orders.sql")) {
            if (in == null) {
                throw new IllegalStateException("orders.sql is not on the class path");
            }
            server.execute(database, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Number of rows and a digest of all their values. */
    static String contents(PostgresSource server, String database) {
        return server.queryString(
                database,
                "select count(*) || ' rows, ' || md5(coalesce(string_agg(md5(o::text), '' order by id), '')) from orders o");
    }

    /** So that no run pays for what another wrote. */
    void checkpoint() {
        source.execute("postgres", "checkpoint");
        target.execute("postgres", "checkpoint");
    }

    @Override
    public void close() {
        try (source) {
            target.close();
        }
    }
}
