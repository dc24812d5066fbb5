package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.testkit.ForkedJvm;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Existing rows are read while they are changed, and the process dies again and again: within a table, and between two. */
abstract class LoadCrashes {
    private static final int ROWS = 20_000;
    /** What a crash may cost: the chunk that was being read, and what was read ahead of it. */
    private static final int READ_AGAIN_BY_A_CRASH = 2 * 2048;

    private final int crashes;

    /**
     * @param crashes each fourth is of the same kind
     */
    LoadCrashes(int crashes) {
        this.crashes = crashes;
    }

    @Test
    void the_first_load_of_three_tables_is_exact_under_writes_and_goes_on_where_it_was_after_every_kill() {
        long seed = System.nanoTime();
        System.out.println("a load under crashes: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Mirror mirror = new Mirror().with("batchSize", 100)) {
            for (String table : MirrorMain.TABLES) {
                mirror.source()
                        .execute("insert into " + table + " select i, 'loaded ' || i, 0 from generate_series(1, " + ROWS
                                + ") i");
            }
            Reference reference = Reference.of(mirror.source());
            long read = 0;
            try (Traffic traffic = Traffic.calm(mirror.source(), seed, 3, Duration.ofMillis(40))) {
                Progress before = Progress.NONE;
                for (int i = 0; i < crashes; i++) {
                    ForkedJvm process = startToCrash(mirror, i, random);
                    process.killAtCrashPoint(Mirror.PATIENCE);
                    read += rowsRead(process);
                    mirror.assertSlotsNotAhead();
                    Progress after = Progress.of(mirror);
                    assertThat(after.isAtTheBeginning() && before.isWithin(after.tables()))
                            .as("%s came after %s, with seed %s", after, before, seed)
                            .isFalse();
                    before = after;
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
            System.out.println("a load under crashes: " + read + " rows read");
            assertThat(read)
                    .as("rows read in all, with seed " + seed)
                    .isLessThan(3L * ROWS + created(mirror) + crashes * READ_AGAIN_BY_A_CRASH);
        }
    }

    /**
     * Within a table, before the first row is read again, in a transaction, between two tables; and again. Small batches keep
     * the first rows of the next table out of the batch that ends a table.
     */
    private static ForkedJvm startToCrash(Mirror mirror, int turn, SplittableRandom random) {
        return mirror.start(jvm -> switch (turn % 4) {
            case 0 -> jvm.crashAt(MirrorMain.APPLIED, 10 + random.nextInt(20));
            case 1 -> jvm.crashAt(MirrorMain.ACKNOWLEDGED, 1);
            case 2 -> jvm.crashAt(MirrorMain.IN_TRANSACTION, 2000 + random.nextInt(6000));
            default -> jvm.property("mirror.batchSize", "2").crashAt(MirrorMain.TABLE_LOADED);
        });
    }

    /** What is stored of the load: tables that are not finished, and the key up to which the first of them is read. */
    private record Progress(String tables, String key) {
        static final Progress NONE = new Progress("", "");
        /** Java's serialised null. */
        private static final String NO_KEY = "ACED000570";

        private static final Pattern TABLES =
                Pattern.compile("\"incremental_snapshot_collections\":\"((?:\\\\.|[^\"\\\\])*)\"");
        private static final Pattern KEY = Pattern.compile("\"incremental_snapshot_primary_key\":\"(\\w+)\"");

        static Progress of(Mirror mirror) {
            String progress = LoadState.parse(mirror.readModel().queryString("select load_state from cdc_offset"))
                    .progress();
            return progress == null ? NONE : new Progress(find(TABLES, progress), find(KEY, progress));
        }

        private static String find(Pattern pattern, String progress) {
            Matcher matcher = pattern.matcher(progress);
            return matcher.find() ? matcher.group(1) : NO_KEY;
        }

        boolean isAtTheBeginning() {
            return key.equalsIgnoreCase(NO_KEY);
        }

        boolean isWithin(String theseTables) {
            return tables.equals(theseTables) && !isAtTheBeginning();
        }
    }

    private static long rowsRead(ForkedJvm process) {
        String label = "rows read: ";
        List<String> lines =
                process.output().stream().filter(line -> line.contains(label)).toList();
        String last = lines.isEmpty() ? label + "0" : lines.get(lines.size() - 1);
        return Long.parseLong(last.substring(last.indexOf(label) + label.length()));
    }

    /** Rows that came while the tables were loaded may be read, too. */
    private static long created(Mirror mirror) {
        return mirror.readModel().queryLong("select count(*) from applied where op = 'CREATE'");
    }

    private static long deletedOfTheLoaded(Mirror mirror) {
        return mirror.readModel()
                .queryLong("select count(*) from applied where op = 'DELETE' and id between 1 and " + ROWS);
    }
}
