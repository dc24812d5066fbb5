package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The process dies while existing rows are read by a snapshot: it starts over, with emptied views. */
class SnapshotCrashIT {
    private static final int ROWS = 20_000;
    private static final int BATCH = 500;
    private static final int BATCHES = 3 * ROWS / BATCH;

    private static Mirror filled() {
        Mirror mirror = new Mirror().with("batchSize", BATCH);
        for (String table : MirrorMain.TABLES) {
            mirror.source()
                    .execute("insert into " + table + " select i, 'loaded ' || i, 0 from generate_series(1, " + ROWS
                            + ") i");
        }
        return mirror;
    }

    private static ForkedJvm start(Mirror mirror) {
        return mirror.start(jvm -> jvm.property("mirror.firstLoad", "SNAPSHOT"));
    }

    private static void crashAt(Mirror mirror, String point, int time) {
        mirror.start(jvm -> jvm.property("mirror.firstLoad", "SNAPSHOT").crashAt(point, time))
                .killAtCrashPoint(Mirror.PATIENCE);
    }

    private static String phase(Mirror mirror) {
        return mirror.readModel().queryString("select phase from cdc_slot");
    }

    private static void assertExact(Mirror mirror, Reference reference) {
        mirror.awaitApplied();
        assertThat(phase(mirror)).isEqualTo("CREATED");
        mirror.readModel().execute("delete from applied where op = 'TRUNCATE'"); // which is how the views are emptied
        mirror.assertViewsEqualSources();
        mirror.assertNothingAppliedTwice();
        mirror.assertSlotsNotAhead();
        reference.assertAppliedExactly(mirror, "db0");
    }

    @Test
    void rows_that_were_read_before_the_kill_and_deleted_since_are_gone_in_the_end() {
        long seed = System.nanoTime();
        System.out.println("SnapshotCrashIT: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Mirror mirror = filled()) {
            Reference reference = Reference.of(mirror.source());
            try (Traffic traffic = Traffic.calm(mirror.source(), seed, 3, Duration.ofMillis(10))) {
                crashAt(mirror, MirrorMain.APPLIED, BATCHES / 2);
                assertThat(phase(mirror)).isEqualTo("SNAPSHOT");
                assertThat(mirror.readModel().queryLong("select count(*) from a_view where id <= 100"))
                        .as("rows that were read before the kill")
                        .isPositive();
                mirror.source().execute("delete from a where id <= 100");

                crashAt(mirror, MirrorMain.IN_TRANSACTION, 1 + random.nextInt(2 * ROWS));
                crashAt(mirror, MirrorMain.APPLIED, 1 + random.nextInt(BATCHES - 2));
                start(mirror).awaitLine("loaded", Mirror.PATIENCE);
                assertThat(traffic.committed()).isPositive();
            }
            assertExact(mirror, reference);
        }
    }

    @Test
    void a_load_whose_end_is_stored_in_the_target_but_not_beside_the_slot_is_not_done_again() {
        try (Mirror mirror = filled()) {
            Reference reference = Reference.of(mirror.source());
            ForkedJvm second;
            try (Traffic traffic = Traffic.calm(mirror.source(), 7, 3, Duration.ofMillis(10))) {
                crashAt(mirror, MirrorMain.TABLE_LOADED, 1);
                assertThat(phase(mirror)).isEqualTo("SNAPSHOT");

                second = start(mirror);
                second.awaitLine("loaded", Mirror.PATIENCE);
                assertThat(traffic.committed()).isPositive();
            }
            assertExact(mirror, reference);
            assertThat(second.output()).noneMatch(line -> line.matches("db0 rows read: [1-9].*"));
        }
    }

    @Test
    void a_slot_that_the_killed_process_was_still_waiting_for_is_not_taken_for_the_next_snapshot() throws SQLException {
        try (Mirror mirror = filled();
                Connection open = mirror.source().dataSource().getConnection();
                Statement transaction = open.createStatement()) {
            Reference reference = Reference.of(mirror.source());
            open.setAutoCommit(false);
            transaction.execute("insert into a values (-1, 'open while the slot is made', 2)");
            ForkedJvm killed = start(mirror);
            await().atMost(Mirror.PATIENCE)
                    .until(() -> mirror.source()
                                    .queryLong("select count(*) from pg_replication_slots where active"
                                            + " and plugin = 'pgoutput' and database = current_database()")
                            == 1);
            killed.kill9();

            ForkedJvm next = start(mirror);
            next.awaitLine("starts over", Mirror.PATIENCE);
            open.commit();
            next.awaitLine("loaded", Mirror.PATIENCE);
            mirror.source().execute("insert into a values (-2, 'after', 4)");

            assertExact(mirror, reference);
        }
    }
}
