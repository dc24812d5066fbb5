package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories of the test kit below the temporary directory of the JVM. */
final class Directories {

    private Directories() {}

    /** One directory per user, so that several users of a machine do not meet. */
    static Path root() {
        Path root = Path.of(
                System.getProperty("java.io.tmpdir"), "cdc-testkit-" + System.getProperty("user.name", "unknown"));
        try {
            return Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The test kit cannot create " + root + "; set -Djava.io.tmpdir to a writable directory", e);
        }
    }

    static Path temporary(String prefix) {
        try {
            return Files.createTempDirectory(root(), prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The test kit cannot create a directory in " + root() + "; is the disk full?", e);
        }
    }

    /** Deletes as much as possible: what is left in a temporary directory must not fail a test. */
    static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> childrenFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : childrenFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException left) {
            directory.toFile().deleteOnExit();
        }
    }
}
