package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The only target of a pipeline loses its data again and again under load, by itself and together with a kill of the process: then
 * the slot alone tells from where the stream goes on.
 */
class LostTargetCampaign {
    private static final Duration LENGTH =
            Duration.ofSeconds(Long.getLong("campaign.seconds", 30)).dividedBy(2);
    /** Engines start slowly on a machine that is busy otherwise. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final int FAULTS = 6;
    private static final int MOST_COMMITS = 150;
    private static final int LAST_LINES = 100;

    @ParameterizedTest
    @EnumSource(
            value = FirstLoad.class,
            names = {"INCREMENTAL", "SNAPSHOT"})
    void whatever_is_lost_in_the_end_every_row_equals_the_source(FirstLoad load, @TempDir Path directory)
            throws IOException {
        long seed = Long.getLong("campaign.seed", System.nanoTime());
        System.out.println("lost target campaign, seed " + seed);
        Random random = new Random(seed);
        long end = System.nanoTime() + LENGTH.toNanos();
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("insert into a select i, 'old', i from generate_series(1000, 4000) i");
            FileTarget files = new FileTarget(directory);
            do {
                ForkedJvm jvm = start(bench, directory, load);
                try {
                    try (Traffic traffic = Traffic.on(bench.source())) {
                        for (int i = 0; i < FAULTS; i++) {
                            long until = traffic.commits() + random.nextInt(MOST_COMMITS);
                            Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(until));
                            if (random.nextBoolean()) {
                                awaitRows(files, jvm, seed);
                            }
                            requireAlive(jvm, seed);
                            boolean dies = random.nextInt(3) == 0;
                            if (dies) {
                                jvm.kill9();
                            }
                            fault(random, files, directory);
                            if (dies) {
                                jvm.close();
                                jvm = start(bench, directory, load);
                            }
                        }
                    }
                    awaitEqual(bench, files, jvm, seed);
                } finally {
                    jvm.kill9();
                    jvm.close();
                }
            } while (System.nanoTime() < end);
            bench.assertNoLetters();
            List<String> found = Files.readAllLines(directory.resolve(FileTargetMain.FOUND)).stream()
                    .filter(line -> line.startsWith(FindingKind.OFFSET_LOST.name()))
                    .toList();
            long older = found.stream()
                    .filter(line -> line.contains("and the slot was acknowledged up to"))
                    .count();
            System.out.println(
                    "  " + load + ": loaded again " + found.size() + " times, " + older + " from an older state");
            assertThat(found).isNotEmpty();
        }
    }

    /** So that not every fault is one of a start. */
    private static void awaitRows(FileTarget files, ForkedJvm jvm, long seed) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            requireAlive(jvm, seed);
            assertThat(files.rows("db0"))
                    .as(() -> "seed " + seed + "; last output of the process:\n" + lastOutput(jvm))
                    .isNotEmpty();
        });
    }

    private static void awaitEqual(Bench bench, FileTarget files, ForkedJvm jvm, long seed) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            requireAlive(jvm, seed);
            assertThat(files.rows("db0"))
                    .as(() -> "seed " + seed + "; last output of the process:\n" + lastOutput(jvm))
                    .containsExactlyElementsOf(
                            Bench.rows(bench.source(), "select concat_ws(' ', id, val, n) from a order by id"));
        });
    }

    /** Whatever is lost is no reason to end. */
    private static void requireAlive(ForkedJvm jvm, long seed) {
        if (!jvm.isAlive()) {
            throw new IllegalStateException(
                    "seed " + seed + "; the process has ended by itself; its last output:\n" + lastOutput(jvm));
        }
    }

    private static String lastOutput(ForkedJvm jvm) {
        List<String> lines = jvm.output();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    }

    private static ForkedJvm start(Bench bench, Path directory, FirstLoad load) {
        return FileTargetCrashIT.jvm(bench, directory)
                .property("files.firstLoad", load.name())
                .start();
    }

    /** What is written in the same moment may undo it. */
    private static void fault(Random random, FileTarget files, Path directory) throws IOException {
        boolean isThere = Files.exists(directory.resolve("db0.properties"));
        boolean isKept = Files.exists(directory.resolve("db0.kept"));
        if (isKept && random.nextInt(3) > 0) {
            files.putBack("db0");
        } else if (isThere && !isKept && random.nextBoolean()) {
            files.keep("db0");
        } else if (isThere) {
            files.lose("db0");
        }
    }
}
