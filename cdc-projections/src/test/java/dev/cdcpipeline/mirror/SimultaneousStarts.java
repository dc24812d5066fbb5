package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two instances begin with the same two shards at the same moment, and are killed, again and again. */
abstract class SimultaneousStarts {
    private static final int ROWS = 20_000;
    private static final int LOADING_STARTS = 3;
    private static final List<String> SHARDS = List.of("db0", "db1");

    /** How often a shard went from one process to another, beyond once for each process that had it. */
    private static final String RETURNS = """
            select count(*) filter (where pid is distinct from was) - count(distinct (shard, pid))
            from (select shard, pid, lag(pid) over (partition by shard order by seq) as was from applied) as log""";

    @TempDir
    private Path directory;

    private final int starts;

    SimultaneousStarts(int starts) {
        this.starts = starts;
    }

    @Test
    void each_shard_is_run_by_one_of_two_processes_that_start_at_the_same_moment_also_during_the_first_load()
            throws IOException {
        try (Mirror mirror =
                new Mirror(SHARDS.toArray(String[]::new)).with("lease", 1000).with("batchSize", 100)) {
            Map<String, Reference> references = new LinkedHashMap<>();
            for (String shard : SHARDS) {
                mirror.source(shard)
                        .execute("insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i");
                references.put(shard, Reference.of(mirror.source(shard)));
            }
            int loading = startAgainAndAgain(mirror);

            assertThat(loading).as("starts during the first load").isGreaterThanOrEqualTo(LOADING_STARTS);
            mirror.assertNothingAppliedTwice();
            references.forEach((shard, reference) -> reference.assertAppliedExactly(mirror, shard));
            assertThat(mirror.readModel().queryLong(RETURNS))
                    .as("changes of a process after another had taken the shard")
                    .isZero();
        }
    }

    /** Each pair is ready before the last one is killed, so that the two really begin at the same moment. */
    private int startAgainAndAgain(Mirror mirror) throws IOException {
        int loading = 0;
        List<ForkedJvm> last = List.of();
        try (Traffic first = Traffic.calm(mirror.source("db0"), 1, 1, Duration.ofMillis(20));
                Traffic second = Traffic.calm(mirror.source("db1"), 2, 1, Duration.ofMillis(20))) {
            for (int start = 0; start < starts; start++) {
                Path go = directory.resolve("go-" + start);
                List<ForkedJvm> pair = List.of(ready(mirror, go), ready(mirror, go));
                pair.forEach(process -> process.awaitLine("ready", Mirror.PATIENCE));
                loading += isLoading(last) ? 1 : 0;
                last.forEach(ForkedJvm::kill9);
                Files.createFile(go);
                last = pair;
                mirror.awaitMoved();
                assertThat(pair).as("the pair of start " + start).allMatch(ForkedJvm::isAlive);
                first.assertEveryoneWrites();
                second.assertEveryoneWrites();
            }
        }
        mirror.awaitApplied();
        await().atMost(Mirror.PATIENCE).untilAsserted(mirror::assertViewsEqualSources);
        last.forEach(ForkedJvm::kill9);
        return loading;
    }

    private static ForkedJvm ready(Mirror mirror, Path go) {
        return mirror.jvm().property("mirror.go", go.toString()).start();
    }

    private static boolean isLoading(List<ForkedJvm> pair) {
        return pair.stream()
                .flatMap(process -> process.output().stream())
                .anyMatch(line -> line.contains("-> LOADING"));
    }
}
