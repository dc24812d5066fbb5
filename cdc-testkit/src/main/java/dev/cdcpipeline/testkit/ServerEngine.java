package dev.cdcpipeline.testkit;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a test server runs in. */
enum ServerEngine {
    EMBEDDED,
    TESTCONTAINERS;

    /** Followed by the kind of server. */
    private static final String PROPERTY = "cdc.testkit.";

    /** The engine which the system property of this kind of server names, else {@link #EMBEDDED}. */
    static ServerEngine configured(String kind) {
        String value = System.getProperty(property(kind), "embedded");
        return Arrays.stream(values())
                .filter(engine -> engine.lowerCaseName().equals(value))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("System property " + property(kind) + "='" + value
                        + "' names no engine for a test server; set one of: "
                        + Arrays.stream(values())
                                .map(ServerEngine::lowerCaseName)
                                .collect(Collectors.joining(", "))));
    }

    static String property(String kind) {
        return PROPERTY + kind;
    }

    /** Fails with the name of the missing artifact unless this class of a library of the engine is on the class path. */
    void requireLibrary(String kind, String requiredClass, String artifact) {
        try {
            Class.forName(requiredClass, false, ServerEngine.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(
                    "The test kit cannot start the engine '" + lowerCaseName() + "': add the test dependency "
                            + artifact + ", or choose another engine with -D" + property(kind),
                    e);
        }
    }

    private String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
