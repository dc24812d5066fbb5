package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final int BLOCKS = 6;
    private static final int FAULTS = 6;
    private static final int MOST_COMMITS = 150;

    @ParameterizedTest
    @EnumSource(
            value = FirstLoad.class,
            names = {"INCREMENTAL", "SNAPSHOT"})
    void whatever_is_lost_in_the_end_every_row_equals_the_source(FirstLoad load, @TempDir Path directory)
            throws IOException {
        long seed = Long.getLong("campaign.seed", System.nanoTime());
        System.out.println("lost target campaign, seed " + seed);
        Random random = new Random(seed);
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("insert into a select i, 'old', i from generate_series(1000, 4000) i");
            FileTarget files = new FileTarget(directory);
            for (int block = 0; block < BLOCKS; block++) {
                ForkedJvm jvm = start(bench, directory, load);
                try {
                    try (Traffic traffic = Traffic.on(bench.source())) {
                        for (int i = 0; i < FAULTS; i++) {
                            long until = traffic.commits() + random.nextInt(MOST_COMMITS);
                            Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(until));
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
                    Bench.eventually(() -> assertThat(files.rows("db0"))
                            .as("seed %s", seed)
                            .containsExactlyElementsOf(Bench.rows(
                                    bench.source(), "select concat_ws(' ', id, val, n) from a order by id")));
                } finally {
                    jvm.kill9();
                    jvm.close();
                }
            }
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
