package dev.cdcpipeline.mirror;

import dev.cdcpipeline.testkit.TestDatabase;
import java.util.List;
import java.util.stream.Stream;

/**
 * A check constraint of the views and the log that some rows violate, by their {@code id} and {@code n}.
 *
 * @param oneIn about how many rows there are for each that violates it
 */
record Poison(int oneIn) {
    private static final long ID = 7919;
    private static final long N = 104_729;

    /** Begins to refuse such rows. */
    void constrain(TestDatabase readModel) {
        tables().forEach(
                        table -> readModel.execute("alter table " + table + " add constraint no_poison check (mod(id * "
                                + ID + " + n::bigint * " + N + ", " + oneIn + ") <> 0)"));
    }

    /** Takes every row again. */
    static void release(TestDatabase readModel) {
        tables().forEach(table -> readModel.execute("alter table " + table + " drop constraint no_poison"));
    }

    /** Whether a row is refused. */
    boolean hits(long id, long n) {
        return (id * ID + n * N) % oneIn == 0;
    }

    private static List<String> tables() {
        return Stream.concat(MirrorMain.TABLES.stream().map(table -> table + "_view"), Stream.of(MirrorMain.LOG))
                .toList();
    }
}
