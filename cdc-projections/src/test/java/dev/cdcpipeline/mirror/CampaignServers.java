package dev.cdcpipeline.mirror;

import dev.cdcpipeline.testkit.PostgresSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/** The two servers of a {@link Campaign}. */
final class CampaignServers implements AutoCloseable {
    private final PostgresSource source = PostgresSource.builder()
            .embedded()
            .setting("wal_sender_timeout", "5s")
            .start();
    private final PostgresSource readModel = PostgresSource.builder().embedded().start();
    private final Path sourceData = dataDirectory(source);
    private final Path readModelData = dataDirectory(readModel);

    private static Path dataDirectory(PostgresSource server) {
        return Path.of(server.queryString("postgres", "show data_directory"));
    }

    /** Of the shards. */
    PostgresSource source() {
        return source;
    }

    /** Of the read model. */
    PostgresSource readModel() {
        return readModel;
    }

    /** Stops both, and copies their data and logs, so that they can be looked at. */
    void stopAndCopyTo(Path directory) throws IOException {
        for (PostgresSource server : List.of(source, readModel)) {
            String name = server == source ? "source" : "read-model";
            Files.writeString(directory.resolve(name + ".log"), server.logTail());
            server.stop();
            copy(server == source ? sourceData : readModelData, directory.resolve(name));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Override
    public void close() {
        try (readModel) {
            source.close();
        }
    }
}
