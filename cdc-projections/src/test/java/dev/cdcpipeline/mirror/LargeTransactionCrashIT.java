package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.TestDatabase;
import org.junit.jupiter.api.Test;

/** A transaction that does not fit into the memory of the process. */
class LargeTransactionCrashIT {
    private static final int ROWS = 200_000;

    @Test
    void
            a_transaction_of_200_000_rows_is_applied_exactly_with_128_megabytes_when_the_process_is_killed_between_its_pieces() {
        try (Mirror mirror = new Mirror().heap("128m")) {
            mirror.startLoaded().kill9();
            mirror.source()
                    .execute("insert into a select i, repeat(md5(i::text), 6), i from generate_series(1, " + ROWS
                            + ") i");

            mirror.crashAt(MirrorMain.APPLIED, 1);
            long first = applied(mirror);
            assertThat(first).as("the first piece").isBetween(1L, ROWS / 2L);
            mirror.crashAt(MirrorMain.IN_TRANSACTION, 10_000);
            assertThat(applied(mirror)).as("killed in the second piece").isEqualTo(first);
            mirror.crashAt(MirrorMain.ACKNOWLEDGED, 10);
            mirror.crashAt(MirrorMain.APPLIED, 2);
            assertThat(applied(mirror)).as("killed in the middle").isBetween(first + 1, ROWS - 1L);

            ForkedJvm last = mirror.start();
            mirror.awaitApplied();
            last.awaitLine("transactions in pieces: 1", Mirror.PATIENCE);
            assertThat(applied(mirror)).isEqualTo(ROWS);
            assertThat(mirror.readModel()
                            .queryLong("select count(*) from (select id, row_number() over (order by seq) as place"
                                    + " from applied) as log where id <> place"))
                    .as("changes that are not in their place")
                    .isZero();
            assertThat(digest(mirror.readModel(), "a_view")).isEqualTo(digest(mirror.source(), "a"));
        }
    }

    private static long applied(Mirror mirror) {
        return mirror.readModel().queryLong("select count(*) from applied");
    }

    private static String digest(TestDatabase database, String table) {
        return database.queryString(
                "select md5(string_agg(md5(concat_ws('|', id, val, n)), '' order by id)) from " + table);
    }
}
