package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.ForkedJvmBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;

/**
 * What the JVM of one run is told: what it is, and what it reads and writes. Travels in system properties.
 *
 * @param changes drain: how many are waited for; latency: how many are written
 * @param slot an existing slot, or one that the pipeline is to make
 * @param targetUrl without user and password, which are the source's
 */
record Assignment(
        Variant variant,
        long changes,
        String host,
        int port,
        String database,
        String slot,
        String targetUrl,
        String user,
        String password) {

    static final String PUBLICATION = "bench";
    private static final String PREFIX = "bench.run.";

    static Assignment of(Variant variant, long changes, Servers servers, String database, String slot, String target) {
        PostgresSource source = servers.source();
        return new Assignment(
                variant,
                changes,
                source.host(),
                source.port(),
                database,
                slot,
                servers.target().jdbcUrl(target),
                source.username(),
                source.password());
    }

    static Assignment ofThisJvm() {
        return new Assignment(
                Variant.valueOf(get("variant")),
                Long.parseLong(get("changes")),
                get("host"),
                Integer.parseInt(get("port")),
                get("database"),
                get("slot"),
                get("targetUrl"),
                get("user"),
                get("password"));
    }

    private static String get(String name) {
        return Objects.requireNonNull(System.getProperty(PREFIX + name), name);
    }

    /** A fresh JVM for this run, with the same options for all variants. */
    ForkedJvmBuilder jvm(Class<?> mainClass, Settings settings) {
        return ForkedJvm.of(mainClass)
                .heap("2g")
                .jvmOptions("-Xms2g")
                .jvmOptions(settings.jvmOptions().stream()
                        .map(option -> option.replace("{variant}", variant.name()))
                        .toArray(String[]::new))
                .property(PREFIX + "variant", variant.name())
                .property(PREFIX + "changes", Long.toString(changes))
                .property(PREFIX + "host", host)
                .property(PREFIX + "port", Integer.toString(port))
                .property(PREFIX + "database", database)
                .property(PREFIX + "slot", slot)
                .property(PREFIX + "targetUrl", targetUrl)
                .property(PREFIX + "user", user)
                .property(PREFIX + "password", password);
    }

    Connection connectToSource() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, user, password);
    }

    Connection connectToTarget() throws SQLException {
        return DriverManager.getConnection(targetUrl, user, password);
    }
}
