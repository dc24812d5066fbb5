package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What was excluded from Debezium's dependencies is not needed: everything runs on exactly the class path that a user of {@code
 * cdc-projections} gets. {@link dev.cdcpipeline.DependencyDietTest} says which jars these are.
 */
class UserClassPathIT {
    private static final Path CLASS_PATH = Path.of("target", "runtime.classpath");
    private static final Path OWN_CLASSES = Path.of("target", "classes");
    private static final Path TEST_CLASSES = Path.of("target", "test-classes");

    @Test
    void snapshot_streaming_load_transform_and_failures_miss_no_class_on_the_class_path_of_a_user(
            @TempDir Path directory) throws IOException {
        List<Path> classPath = new ArrayList<>(List.of(OWN_CLASSES.toAbsolutePath(), onlyTheMain(directory)));
        Stream.of(Files.readString(CLASS_PATH).trim().split(File.pathSeparator))
                .map(Path::of)
                .forEach(classPath::add);
        try (PostgresSource server = PostgresSource.start();
                TestDatabase database = server.freshDatabase("diet")) {
            database.execute(
                    "create table a (id bigint primary key, val text, n int)",
                    "insert into a values (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)",
                    "create publication raw for table a");
            try (ForkedJvm jvm = ForkedJvm.of(UserClassPathMain.class)
                    .classPath(classPath)
                    .fastStart()
                    .property("diet.host", server.host())
                    .property("diet.port", Integer.toString(server.port()))
                    .property("diet.database", database.name())
                    .property("diet.user", server.username())
                    .property("diet.password", server.password())
                    .start()) {
                jvm.awaitLine("all done", Duration.ofMinutes(3));

                assertThat(jvm.awaitExit(Duration.ofSeconds(20))).isZero();
                assertThat(jvm.output())
                        .as("classes that are missing")
                        .noneMatch(line -> line.contains("NoClassDefFoundError")
                                || line.contains("ClassNotFoundException")
                                || line.contains("NoSuchMethodError"));
                List<String> told = jvm.output().stream()
                        .filter(line -> line.matches("[a-z ]+: .*"))
                        .toList();
                assertThat(told)
                        .contains(
                                "snapshot: rrr",
                                "streamed: cud",
                                "transformed: 6",
                                "without micrometer: true",
                                "loaded: true",
                                "applied: true",
                                "read: 4",
                                "view: 1:changed:1 2:two:2 3:three:3 5:fatal:5",
                                "source: 1:changed:1 2:two:2 3:three:3 5:fatal:5")
                        .anyMatch(line -> line.startsWith("ended: true"))
                        .anyMatch(line -> line.startsWith("position gone: false") && line.contains("DebeziumException"))
                        .anyMatch(line -> line.startsWith("publication missing: false")
                                && line.contains("Publication autocreation is disabled"))
                        .anyMatch(line ->
                                line.startsWith("invalid configuration: false") && line.contains("database.hostname"))
                        .anyMatch(line -> line.startsWith("handler failed: false") && line.contains("of the handler"));
                assertThat(jvm.output()).as("the log is printed").anyMatch(line -> line.startsWith("log INFO"));
            }
        }
    }

    /** A directory with the main class, the classes nested in it and the log's registration, and nothing else. */
    private static Path onlyTheMain(Path directory) throws IOException {
        Path folder = Path.of("dev", "cdcpipeline", "pipeline");
        Files.createDirectories(directory.resolve(folder));
        try (Stream<Path> classes = Files.list(TEST_CLASSES.resolve(folder))) {
            for (Path file : classes.toList()) {
                if (file.getFileName().toString().startsWith("UserClassPathMain")) {
                    Files.copy(file, directory.resolve(folder).resolve(file.getFileName()));
                }
            }
        }
        Path services = Files.createDirectories(directory.resolve("META-INF").resolve("services"));
        Files.writeString(
                services.resolve("org.slf4j.spi.SLF4JServiceProvider"), UserClassPathMain.PrintedLog.class.getName());
        return directory;
    }
}
