package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A campaign proves nothing if its writers have stopped without a word. */
@Tag("alone")
class TrafficIT {
    private static final int ENOUGH = 50;

    @Test
    void every_writer_goes_on_after_its_server_was_killed() {
        try (PostgresSource server = PostgresSource.start();
                TestDatabase source = withTables(server)) {
            try (Traffic traffic = Traffic.wild(source, 1, 3, Duration.ofMillis(5))) {
                for (int kills = 0; kills < 3; kills++) {
                    awaitCommits(traffic);
                    server.killAndRestart();
                }
                awaitCommits(traffic);
                traffic.assertEveryoneWrites();
            }
        }
    }

    @Test
    void the_same_seed_writes_the_same() {
        List<String> once = writtenWithSeed(5);

        assertThat(writtenWithSeed(5)).startsWith(once.subList(0, ENOUGH).toArray(String[]::new));
        assertThat(writtenWithSeed(6).subList(0, ENOUGH)).isNotEqualTo(once.subList(0, ENOUGH));
    }

    private static List<String> writtenWithSeed(long seed) {
        try (TestDatabase source = withTables(PostgresSource.shared())) {
            Reference reference = Reference.of(source);
            try (Traffic traffic = Traffic.wild(source, seed, 1, Duration.ofMillis(1))) {
                awaitCommits(traffic);
            }
            return reference.lines().stream().map(Reference.Line::change).toList();
        }
    }

    private static void awaitCommits(Traffic traffic) {
        List<Long> before = traffic.committedByWriter();
        await().atMost(Mirror.PATIENCE).untilAsserted(() -> {
            for (int i = 0; i < before.size(); i++) {
                assertThat(traffic.committedByWriter().get(i)).isGreaterThan(before.get(i) + 5);
            }
        });
    }

    private static TestDatabase withTables(PostgresSource server) {
        TestDatabase source = server.freshDatabase("traffic");
        for (String table : MirrorMain.TABLES) {
            source.execute("create table " + table + " (id bigint primary key, val text, n int)");
        }
        return source;
    }
}
