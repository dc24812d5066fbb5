package dev.cdcpipeline.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs a POSIX shell")
class WatchdogIT {

    /** A test JVM that has started a server and is then killed. */
    static final class ServerMain {

        public static void main(String[] args) {
            PostgresSource postgres = PostgresSource.builder().embedded().start();
            System.out.println("data " + postgres.queryString("postgres", "show data_directory"));
            long pid = ProcessHandle.current()
                    .children()
                    .filter(child -> child.info().command().orElse("").contains("postgres"))
                    .findFirst()
                    .orElseThrow()
                    .pid();
            System.out.println("postmaster " + pid);
            while (true) {
                LockSupport.park();
            }
        }
    }

    /** The same with a Redis server. */
    static final class RedisMain {

        public static void main(String[] args) {
            RedisServer redis = RedisServer.builder().embedded().start();
            System.out.println("data " + redis.config("dir"));
            System.out.println("server " + redis.info("process_id"));
            while (true) {
                LockSupport.park();
            }
        }
    }

    @Test
    void ends_the_redis_server_of_a_killed_jvm_and_removes_its_files() {
        try (ForkedJvm jvm = ForkedJvm.of(RedisMain.class).fastStart().start()) {
            Path directory = Path.of(valueOf(jvm, "data ")).getParent();
            long server = Long.parseLong(valueOf(jvm, "server "));

            jvm.kill9();

            await().atMost(10, SECONDS).until(() -> Files.notExists(directory));
            assertThat(ProcessHandle.of(server).filter(WatchdogIT::isNoZombie)).isEmpty();
        }
    }

    @Test
    void ends_the_server_of_a_killed_jvm_and_removes_its_files() {
        try (ForkedJvm jvm = ForkedJvm.of(ServerMain.class).fastStart().start()) {
            Path data = Path.of(valueOf(jvm, "data "));
            long postmaster = Long.parseLong(valueOf(jvm, "postmaster "));

            jvm.kill9();

            await().atMost(10, SECONDS).until(() -> Files.notExists(data));
            assertThat(ProcessHandle.of(postmaster).filter(WatchdogIT::isNoZombie))
                    .isEmpty();
        }
    }

    private static boolean isNoZombie(ProcessHandle process) {
        return process.info().command().isPresent();
    }

    private static String valueOf(ForkedJvm jvm, String key) {
        return jvm.awaitLine(line -> line.startsWith(key), Duration.ofSeconds(30))
                .substring(key.length());
    }
}
