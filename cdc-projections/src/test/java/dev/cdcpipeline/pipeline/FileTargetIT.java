package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.DeadLetters;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A target that keeps no dead letters itself: they are in the home database. */
class FileTargetIT {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();

    private Bench bench;
    private FileTarget files;
    private CdcPipeline pipeline;
    private DeadLetters letters;

    @BeforeEach
    void start(@TempDir Path directory) throws InterruptedException {
        bench = new Bench().source("db0");
        bench.source().execute("insert into a values (1, 'old', 0), (2, 'old', 0), (3, 'old', 0)");
        files = new FileTarget(directory);
        pipeline = bench.startLoaded(bench.builder().target(files));
        letters = pipeline.deadLetters();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private void commit(String... statements) throws InterruptedException {
        bench.source().execute("begin; " + String.join("; ", statements) + "; commit");
        bench.awaitApplied(pipeline);
    }

    /** Row 1 has four letters, row 2 none, row 3 one and row 4 two. */
    private void park() throws InterruptedException {
        commit(
                "update a set val = 'good', n = 1 where id = 2",
                "update a set val = 'bad', n = 1 where id = 1",
                "update a set val = 'mended', n = 2 where id = 1",
                "insert into a values (5, 'new', 1)");
        commit("update a set val = 'bad', n = 3 where id = 3", "update a set n = 3 where id = 2");
        commit("update a set id = 4, n = 4 where id = 1", "delete from a where id = 5");
    }

    private void assertExact() {
        assertThat(files.rows("db0"))
                .containsExactlyElementsOf(
                        Bench.rows(bench.source(), "select concat_ws(' ', id, val, n) from a order by id"));
    }

    @Test
    void what_it_refuses_is_parked_in_the_home_database_with_what_follows_of_its_row_and_the_rest_flows()
            throws InterruptedException {
        park();

        assertThat(files.rows("db0")).containsExactly("1 old 0", "2 good 3", "3 old 0");
        assertThat(letters.count(ALL)).isEqualTo(Map.of("files", Map.of("db0", Map.of("files", 5L))));
        List<DeadLetter> listed = letters.list(ALL, 10);
        assertThat(listed)
                .extracting(letter -> letter.change().operation())
                .containsExactly(
                        Operation.UPDATE, Operation.UPDATE, Operation.UPDATE, Operation.DELETE, Operation.CREATE);
        assertThat(listed).extracting(DeadLetter::isBehindAnother).containsExactly(false, true, false, true, true);
        assertThat(listed.get(0).attempts()).isEqualTo(3);
        assertThat(listed.get(0).error().orElseThrow().message()).contains("refused");
        assertThat(letters.list(ALL.key(Item.A.name(), "1"), 10)).hasSize(4);
        assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
        assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DEGRADED);
    }

    @Test
    void mended_and_replayed_it_equals_the_source_and_no_letter_is_left() throws InterruptedException, IOException {
        park();
        files.mend();

        Bench.replayAll(pipeline);

        assertExact();
        bench.assertNoLetters();
        commit("update a set val = 'after', n = 9");
        assertExact();
        assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP);
    }

    @Test
    void a_row_is_edited_replayed_and_another_discarded() throws InterruptedException {
        park();
        List<DeadLetter> listed = letters.list(ALL, 10);
        letters.edit("files", listed.get(0).id(), Map.of("val", "cured"));

        String discard = letters.discard(DeadLetterFilter.of(listed.get(2)), "no use");
        assertThat(letters.await(discard, Bench.PATIENCE)).isTrue();
        Bench.replayAll(pipeline);

        assertThat(files.rows("db0")).containsExactly("2 good 3", "3 old 0", "4 mended 4");
        assertThat(letters.count(ALL)).isEmpty();
        assertThat(letters.list(ALL.discarded(), 10))
                .singleElement()
                .satisfies(letter -> assertThat(letter.note()).isEqualTo("no use"));
    }

    @Test
    void what_fails_again_stays_and_so_does_what_is_behind_it() throws InterruptedException {
        park();

        Bench.replayAll(pipeline);

        assertThat(letters.list(ALL, 10)).extracting(DeadLetter::attempts).containsExactly(4, 0, 4, 0, 0);
        assertThat(files.rows("db0")).containsExactly("1 old 0", "2 good 3", "3 old 0");
    }

    @Test
    void a_load_does_not_pass_what_is_parked() throws InterruptedException, IOException {
        park();

        assertThat(pipeline.awaitBackfill(pipeline.backfill("files"), Bench.PATIENCE))
                .isTrue();

        assertThat(letters.list(ALL, 10))
                .extracting(letter -> letter.change().operation())
                .as("rows 3 and 4 as they were read")
                .hasSize(7)
                .endsWith(Operation.READ, Operation.READ);
        files.mend();

        Bench.replayAll(pipeline);

        assertExact();
        bench.assertNoLetters();
    }
}
