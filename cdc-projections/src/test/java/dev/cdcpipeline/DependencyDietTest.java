package dev.cdcpipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a user of {@code cdc-projections} gets on his class path, as the build resolved it. */
class DependencyDietTest {

    private static final Path CLASS_PATH = Path.of("target", "runtime.classpath");
    private static final Pattern JAR = Pattern.compile("(.+?)-\\d[^/\\\\]*\\.jar");

    /** Kafka Connect's web server and what it drags in, codecs and types that the engine does without; what is optional. */
    private static final Pattern BANNED = Pattern.compile("jetty-.*|jersey-.*|hk2-.*|aopalliance.*|osgi-resource-.*"
            + "|jakarta\\..*|javax\\..*|jaxb-.*|activation|jackson-jakarta-.*|jackson-module-jakarta-.*"
            + "|jackson-datatype-.*|swagger-.*|classgraph|javassist|jose4j|connect-file|connect-transforms"
            + "|debezium-connect-plugins|protobuf-.*|snappy-.*|zstd-.*|lz4-.*|checker-qual|micrometer-.*");

    /** A jar more or less is a decision: make it in cdc-core/pom.xml and write it down here. */
    private static final Set<String> EXPECTED = Set.of(
            "HikariCP",
            "cdc-core",
            "cdc-offsets-jdbc",
            "connect-api",
            "connect-json",
            "connect-runtime",
            "debezium-api",
            "debezium-config",
            "debezium-connector-common",
            "debezium-connector-postgres",
            "debezium-embedded",
            "debezium-openlineage-api",
            "debezium-util",
            "failsafe",
            "geantyref",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "jackson-module-blackbird",
            "jdbi3-core",
            "jspecify",
            "kafka-clients",
            "maven-artifact",
            "plexus-utils",
            "postgresql",
            "sketches-java",
            "slf4j-api");

    @Test
    void no_jar_that_was_taken_out_comes_back() throws IOException {
        assertThat(artifactsOnClassPath())
                .as("banned jars; exclude them in cdc-core/pom.xml")
                .filteredOn(BANNED.asMatchPredicate())
                .isEmpty();
    }

    @Test
    void the_class_path_holds_the_expected_jars_and_no_other() throws IOException {
        assertThat(artifactsOnClassPath())
                .as("class path of a user of cdc-projections")
                .containsExactlyInAnyOrderElementsOf(EXPECTED);
    }

    /** The class path above is written without it: whether it is optional only the POM tells. */
    @Test
    void lettuce_is_there_for_those_who_ask_for_it() throws IOException {
        assertThat(Files.readString(Path.of("pom.xml")))
                .containsPattern("<artifactId>lettuce-core</artifactId>\\s*<optional>true</optional>");
    }

    private static Set<String> artifactsOnClassPath() throws IOException {
        assertThat(CLASS_PATH).as("written by maven-dependency-plugin, run mvn").exists();
        Set<String> names = new TreeSet<>();
        Stream.of(Files.readString(CLASS_PATH).trim().split(File.pathSeparator))
                .map(Path::of)
                .map(DependencyDietTest::artifactName)
                .forEach(names::add);
        return names;
    }

    /** {@code jackson-core-2.21.2.jar} is jackson-core; {@code cdc-core/target/classes}, as in mvn test, is cdc-core. */
    private static String artifactName(Path entry) {
        if (entry.endsWith(Path.of("target", "classes"))) {
            return entry.getParent().getParent().getFileName().toString();
        }
        String file = entry.getFileName().toString();
        Matcher jar = JAR.matcher(file);
        return jar.matches() ? jar.group(1) : file;
    }
}
