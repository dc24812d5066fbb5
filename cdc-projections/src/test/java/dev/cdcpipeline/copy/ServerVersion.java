package dev.cdcpipeline.copy;

import dev.cdcpipeline.testkit.PostgresSource;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** The servers of {@link EveryTypeIT}: the one that all tests share, and those of which the build has copied the programs. */
enum ServerVersion {
    SHARED,
    POSTGRES_17,
    POSTGRES_16;

    /** Skips the test, and says so, where the programs are not there: they are copied on Linux with amd64 only. */
    PostgresSource server() {
        if (this == SHARED) {
            return PostgresSource.shared();
        }
        Path jar = Path.of("target", "older-postgres", name().replaceFirst("POSTGRES_", "") + ".jar");
        Assumptions.assumeTrue(Files.exists(jar), () -> "NOT TESTED on " + this + ": the build has not copied " + jar);
        return PostgresSource.builder().embedded().binaries(jar).start();
    }

    void release(PostgresSource server) {
        if (this != SHARED) {
            server.close();
        }
    }
}
