package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/**
 * The data of an embedded server that does not run, for tests of restores and fail-overs. Give it to
 * {@link PostgresSourceBuilder#dataDirectory(Path)}.
 *
 * @param path where it is
 */
public record DataDirectory(Path path) {

    /** Copies the data, as a backup would; the copy is the same cluster at this moment of its history. */
    public DataDirectory copyTo(Path target) {
        try (Stream<Path> files = Files.walk(path)) {
            files.forEach(file -> copy(file, target.resolve(path.relativize(file))));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + path + " to " + target, e);
        }
        return new DataDirectory(target);
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + from + " to " + to, e);
        }
    }

    /** Makes the next server on this data a standby, which {@code select pg_promote()} brings to a new timeline. */
    public DataDirectory asStandby() {
        try {
            Files.createFile(path.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a standby of " + path, e);
        }
        return this;
    }
}
