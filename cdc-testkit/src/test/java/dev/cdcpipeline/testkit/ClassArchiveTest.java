package dev.cdcpipeline.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.IOUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final int EVERY = 1;
    private static final int NONE = 1_000_000;

    @TempDir
    private Path directory;

    private Path jar;
    private String classPath;

    /** Loads a class from a jar, and then stands still. */
    static final class LoadingMain {
        public static void main(String[] args) throws InterruptedException {
            System.out.println("loaded " + IOUtils.class.getName());
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    @BeforeEach
    void copyJar() throws IOException, URISyntaxException {
        jar = directory.resolve("library.jar");
        Files.copy(location(IOUtils.class), jar);
        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().minusSeconds(60)));
        classPath = location(LoadingMain.class) + File.pathSeparator + jar;
    }

    private static Path location(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    @Test
    void the_jvms_after_one_that_was_killed_map_its_classes_instead_of_loading_them() throws Exception {
        ClassArchive first = archive(EVERY);
        assertThat(loadedFrom(first)).contains("library.jar");

        first.ended();

        assertThat(loadedFrom(archive(EVERY))).contains("shared objects file");
    }

    @Test
    void a_jar_that_has_changed_since_is_not_taken_from_the_archive() throws Exception {
        ClassArchive first = archive(EVERY);
        loadedFrom(first);
        first.ended();

        Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));

        assertThat(archive(EVERY).options()).doesNotContainAnyElementsOf(archived());
        assertThat(loadedFrom(archive(EVERY))).contains("library.jar");
    }

    @Test
    void an_archive_that_is_broken_does_no_harm() throws Exception {
        ClassArchive first = archive(EVERY);
        loadedFrom(first);
        first.ended();

        Path broken = Path.of(archived().get(0).replaceFirst(".*=", ""));
        Files.delete(broken);
        Files.writeString(broken, "something else");

        assertThat(loadedFrom(archive(EVERY))).contains("library.jar");
    }

    @Test
    void a_jvm_that_has_loaded_little_leaves_nothing() throws Exception {
        ClassArchive first = archive(NONE);
        loadedFrom(first);

        first.ended();

        assertThat(files()).containsExactly("library.jar");
    }

    @Test
    void jars_come_first_on_the_class_path() {
        assertThat(archive(EVERY).classPath()).startsWith(jar + File.pathSeparator);
    }

    private ClassArchive archive(int enough) {
        Path java = Path.of(System.getProperty("java.home"), "bin", OperatingSystem.executable("java"));
        return new ClassArchive(directory, java, classPath, LoadingMain.class.getName(), enough);
    }

    private List<String> archived() throws IOException {
        return files().stream()
                .filter(name -> name.endsWith(".jsa"))
                .map(name -> "-XX:SharedArchiveFile=" + directory.resolve(name))
                .toList();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Where a JVM says that it has the class from. It is killed afterwards. */
    private static String loadedFrom(ClassArchive archive) {
        List<Path> path = Stream.of(archive.classPath().split(File.pathSeparator))
                .map(Path::of)
                .toList();
        try (ForkedJvm jvm = ForkedJvm.of(LoadingMain.class)
                .fastStart()
                .classPath(path)
                .jvmOptions(archive.options().toArray(String[]::new))
                .jvmOptions("-Xlog:class+load")
                .start()) {
            jvm.awaitLine("loaded " + IOUtils.class.getName(), SOON);
            return jvm.awaitLine(line -> line.contains(IOUtils.class.getName() + " source:"), SOON);
        }
    }
}
