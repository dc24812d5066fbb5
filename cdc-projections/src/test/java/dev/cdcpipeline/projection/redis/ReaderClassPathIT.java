package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.RedisServer;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a service must have on its class path that reads a cache and runs no pipeline. */
class ReaderClassPathIT {
    private static final Pattern JAR = Pattern.compile("(.+?)-\\d[^/\\\\]*\\.jar");

    /** No Debezium, no Kafka Connect, no driver, no pool. */
    private static final Set<String> NEEDED = Set.of(
            "cdc-core",
            "cdc-projections",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "lettuce-core",
            "redis-authx-core",
            "netty-buffer",
            "netty-codec",
            "netty-codec-base",
            "netty-codec-dns",
            "netty-common",
            "netty-handler",
            "netty-resolver",
            "netty-resolver-dns",
            "netty-transport",
            "netty-transport-native-unix-common",
            "reactor-core",
            "reactive-streams",
            "slf4j-api");

    @Test
    void a_service_that_only_reads_needs_no_debezium() throws Exception {
        String classPath = Stream.concat(
                        Stream.of(Path.of("target", "test-classes", "").toString()),
                        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                                .filter(entry -> NEEDED.contains(artifact(Path.of(entry)))))
                .collect(Collectors.joining(File.pathSeparator));
        try (RedisServer redis = RedisServer.start();
                CachePipeline pipeline = new CachePipeline(redis, "shop", "db0", 1)) {
            pipeline.claim();
            pipeline.admit();
            Process process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            classPath,
                            ReaderOnlyMain.class.getName(),
                            redis.uri()))
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(said).isZero();
            assertThat(redis.command("GET", "order:1")).isEqualTo("{\"id\":1,\"customer\":\"Ann\"}");
            assertThat(redis.command("GET", "order:2")).isEqualTo("{\"id\":2,\"customer\":\"Ann\"}");
        }
    }

    private static String artifact(Path entry) {
        if (entry.endsWith(Path.of("target", "classes"))) {
            return entry.toAbsolutePath().getParent().getParent().getFileName().toString();
        }
        Matcher jar = JAR.matcher(entry.getFileName().toString());
        return jar.matches() ? jar.group(1) : "";
    }
}
