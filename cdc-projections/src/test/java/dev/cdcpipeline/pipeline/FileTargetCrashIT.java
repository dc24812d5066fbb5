package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.DeadLetters;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.ForkedJvmBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Letters are in one place and the rows in another: the process is killed at each write between the two. */
class FileTargetCrashIT {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();
    /** Enough for the tries of two bad changes and what comes behind them; heartbeats are steps, too. */
    private static final int STEPS = 14;

    @Test
    void killed_at_each_step_of_parking_and_of_replaying_nothing_is_lost_and_each_letter_is_there_once(
            @TempDir Path directory) throws IOException {
        try (Bench bench = new Bench().source("db0")) {
            FileTarget files = new FileTarget(directory);
            DeadLetters letters =
                    bench.keep(bench.builder().target(files).build()).deadLetters();
            try (ForkedJvm jvm = jvm(bench, directory).start()) {
                bench.source().execute("insert into a select i, 'old', 0 from generate_series(1, 20) i");
                Bench.eventually(() -> assertThat(files.rows("db0")).hasSize(20));
                jvm.kill9();
            }

            int ahead = 0;
            for (int step = 1; step <= STEPS; step++) {
                bench.source().execute(transaction(step));
                killAt(bench, directory, step);
                ahead += isAhead(letters, files.position("db0")) ? 1 : 0;
            }
            assertThat(ahead).as("kills between a letter and its offset").isPositive();
            try (ForkedJvm jvm = jvm(bench, directory).start()) {
                Bench.eventually(() -> assertThat(files.rows("db0")).containsExactlyElementsOf(expected()));
                Bench.eventually(() -> assertThat(letters.list(ALL, 1_000))
                        .extracting(FileTargetCrashIT::of)
                        .containsExactlyElementsOf(expectedLetters()));
                jvm.kill9();
            }

            files.mend();
            String order = letters.replay(ALL);
            for (int step = 1; step <= STEPS / 2; step++) {
                killAt(bench, directory, step);
            }
            try (ForkedJvm jvm = jvm(bench, directory).start()) {
                Bench.eventually(() -> assertThat(letters.orders())
                        .allMatch(each -> each.state().hasEnded()));
                assertThat(letters.orders()).extracting(each -> each.id()).containsExactly(order);
                jvm.kill9();
            }
            bench.assertNoLetters();
            assertThat(files.rows("db0"))
                    .containsExactlyElementsOf(
                            Bench.rows(bench.source(), "select concat_ws(' ', id, val, n) from a order by id"));
        }
    }

    /** A good change, a bad one of another row, and one behind it. */
    private static String transaction(int step) {
        return "begin; update a set val = 'good', n = " + step + " where id = 20;"
                + " update a set val = 'bad', n = " + step + " where id = " + step + ";"
                + " update a set val = 'mended', n = " + (step + 1) + " where id = " + step + "; commit";
    }

    private static List<String> expected() {
        return IntStream.rangeClosed(1, 20)
                .mapToObj(id -> id == 20 ? "20 good " + STEPS : id + " old 0")
                .toList();
    }

    private static List<String> expectedLetters() {
        return IntStream.rangeClosed(1, STEPS)
                .boxed()
                .flatMap(id -> List.of(id + " bad " + id, id + " mended " + (id + 1)).stream())
                .toList();
    }

    private static String of(DeadLetter letter) {
        return String.join(" ", letter.change().after().texts());
    }

    private static boolean isAhead(DeadLetters letters, Position applied) {
        return letters.list(ALL, 1_000).stream()
                .filter(letter -> letter.change().operation() != Operation.READ)
                .anyMatch(letter -> letter.change().source().position().compareTo(applied) > 0);
    }

    private static void killAt(Bench bench, Path directory, int step) {
        try (ForkedJvm jvm =
                jvm(bench, directory).crashAt(FileTarget.STEP, step).start()) {
            jvm.killAtCrashPoint(Bench.PATIENCE);
        }
    }

    /** A process that runs the pipeline. */
    static ForkedJvmBuilder jvm(Bench bench, Path directory) {
        // The lease of a process that was killed would expire within a second; this is not about that.
        bench.readModel()
                .execute(
                        "do $$ begin if to_regclass('cdc_lease') is not null then"
                                + " update cdc_lease set expires_at = clock_timestamp(); delete from cdc_member; end if; end $$");
        PostgresSource server = bench.source().source();
        return ForkedJvm.of(FileTargetMain.class)
                .fastStart()
                .sharedClasses(Path.of("target", "shared-classes"))
                .property("files.host", server.host())
                .property("files.port", Integer.toString(server.port()))
                .property("files.user", server.username())
                .property("files.password", server.password())
                .property("files.database", bench.source().name())
                .property("files.home", bench.readModel().name())
                .property("files.directory", directory.toString());
    }
}
