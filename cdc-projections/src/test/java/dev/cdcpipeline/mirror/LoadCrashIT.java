package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Existing rows are read while they are changed, and the process dies again and again: within a table, and between two. */
class LoadCrashIT {
    private static final int ROWS = 20_000;
    private static final int CRASHES = 8;
    /** What a crash may cost: the chunk that was being read, and what was read ahead of it. */
    private static final int READ_AGAIN_BY_A_CRASH = 2 * 2048;

    @Test
    void the_first_load_of_three_tables_is_exact_under_writes_and_goes_on_where_it_was_after_every_kill() {
        long seed = System.nanoTime();
        System.out.println("LoadCrashIT: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Mirror mirror = new Mirror().with("batchSize", 500)) {
            for (String table : MirrorMain.TABLES) {
                mirror.source()
                        .execute("insert into " + table + " select i, 'loaded ' || i, 0 from generate_series(1, " + ROWS
                                + ") i");
            }
            Reference reference = Reference.of(mirror.source());
            long read = 0;
            int betweenTables = 0;
            try (Traffic traffic = Traffic.calm(mirror.source(), seed, 3, Duration.ofMillis(10))) {
                for (int i = 0; i < CRASHES; i++) {
                    boolean between = i % 4 == 3;
                    ForkedJvm process = between
                            ? mirror.start(jvm -> jvm.crashAt(MirrorMain.TABLE_LOADED))
                            : mirror.start(jvm -> jvm.crashAt(MirrorMain.APPLIED, 4 + random.nextInt(8))
                                    .crashAt(MirrorMain.IN_TRANSACTION, 1 + random.nextInt(8000)));
                    String point = process.killAtCrashPoint(Mirror.PATIENCE);
                    betweenTables += point.equals(MirrorMain.TABLE_LOADED) ? 1 : 0;
                    read += rowsRead(process);
                    mirror.assertSlotsNotAhead();
                }
                ForkedJvm process = mirror.start();
                process.awaitLine("loaded", Mirror.PATIENCE);
                read += rowsRead(process);
                assertThat(traffic.committed()).isPositive();
            }
            mirror.awaitApplied();

            mirror.assertViewsEqualSources();
            mirror.assertNothingAppliedTwice();
            reference.assertAppliedExactly(mirror, "db0");
            assertThat(deletedOfTheLoaded(mirror))
                    .as("loaded rows that were deleted meanwhile")
                    .isPositive();
            assertThat(betweenTables).isEqualTo(CRASHES / 4);
            assertThat(read)
                    .as("rows read in all, with seed " + seed)
                    .isLessThan(3L * ROWS + CRASHES * READ_AGAIN_BY_A_CRASH);
        }
    }

    private static long rowsRead(ForkedJvm process) {
        String label = "rows read: ";
        List<String> lines =
                process.output().stream().filter(line -> line.contains(label)).toList();
        String last = lines.isEmpty() ? label + "0" : lines.get(lines.size() - 1);
        return Long.parseLong(last.substring(last.indexOf(label) + label.length()));
    }

    private static long deletedOfTheLoaded(Mirror mirror) {
        return mirror.readModel()
                .queryLong("select count(*) from applied where op = 'DELETE' and id between 1 and " + ROWS);
    }
}
