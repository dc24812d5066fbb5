package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories of the test kit below the temporary directory of the JVM, or in memory. */
final class Directories {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Path MEMORY_LEFT = Path.of("/proc/meminfo");
    private static final long PLENTY = 8L << 30;

    private Directories() {}

    /** One directory per user, so that several users of a machine do not meet. */
    static Path root() {
        Path root = below(Path.of(System.getProperty("java.io.tmpdir")));
        try {
            return Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The test kit cannot create " + root + "; set -Djava.io.tmpdir to a writable directory", e);
        }
    }

    private static Path below(Path directory) {
        return directory.resolve("cdc-testkit-" + System.getProperty("user.name", "unknown"));
    }

    /**
     * In memory where 8 GB are free (Linux), else as {@link #temporary}. Each database is hundreds of files, and to create
     * them where others have just been deleted is most of a test's CPU on ext4.
     */
    static Path temporaryInMemory(String prefix) {
        try {
            if (freeMemory() >= PLENTY && Files.getFileStore(MEMORY).getUsableSpace() >= PLENTY) {
                return Files.createTempDirectory(Files.createDirectories(below(MEMORY)), prefix);
            }
        } catch (IOException | NumberFormatException elsewhere) {
            // There is none on this system, or none for this user.
        }
        return temporary(prefix);
    }

    private static long freeMemory() throws IOException {
        try (Stream<String> lines = Files.lines(MEMORY_LEFT)) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst()
                    .orElse(0);
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
