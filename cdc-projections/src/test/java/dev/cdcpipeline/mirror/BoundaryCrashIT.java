package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Restarts from the two places where a boundary that Debezium made itself would lose rows. */
class BoundaryCrashIT {
    private static final int HITS = 3;
    private static final int MESSAGES = 20_000;
    private static final int ATTEMPTS = 10;

    /**
     * A heartbeat can carry the end of a transaction before its own END record does. It does when its time has come while the
     * connector skips messages that nobody asked for. Killed there, an offset without the rows would be the end of them.
     */
    @Test
    void a_transaction_is_whole_when_the_process_is_killed_right_after_a_heartbeat_that_precedes_its_end() {
        try (Mirror mirror = new Mirror().with("batchSize", 1).with("heartbeat", 2)) {
            mirror.startLoaded().kill9();
            Reference reference = Reference.of(mirror.source());
            for (int hit = 1; hit <= HITS; hit++) {
                mirror.source()
                        .execute("begin; insert into a values (" + 10 * hit + ", 'first', 1), (" + (10 * hit + 1)
                                + ", 'second', 2); select count(pg_logical_emit_message(true, 'test', 'skipped'))"
                                + " from generate_series(1, " + MESSAGES + "); commit");
                String commits = reference.lines().stream()
                        .map(line -> Long.toString(line.commit()))
                        .distinct()
                        .collect(Collectors.joining(","));

                mirror.start(jvm -> jvm.property("mirror.commits", commits)
                                .crashAt(MirrorMain.HEARTBEAT_FIRST)
                                .crashAt(MirrorMain.ROWS_MISSING))
                        .killAtCrashPoint(Mirror.PATIENCE);
                mirror.start();
                mirror.awaitApplied();
                reference.assertAppliedExactly(mirror, "db0");
                mirror.assertNothingAppliedTwice();
                mirror.kill9();
            }
            mirror.assertViewsEqualSources();
        }
    }

    /** The end of a commit is the start of the next record, which can be a row of a transaction that is still open. */
    @Test
    void a_transaction_is_whole_when_the_process_starts_at_a_boundary_that_is_the_place_of_one_of_its_rows()
            throws SQLException {
        try (Mirror mirror = new Mirror().with("batchSize", 1)) {
            mirror.startLoaded().kill9();
            Reference reference = Reference.of(mirror.source());
            for (int round = 1; round <= 3; round++) {
                long collision = writeColliding(mirror.source(), reference, 1000L * round);

                mirror.crashAt(MirrorMain.APPLIED, 1);
                while (mirror.position("db0").base() < collision) {
                    mirror.crashAt(MirrorMain.APPLIED, 1);
                }
                assertThat(mirror.position("db0").base())
                        .as("the stored boundary is the place of a row")
                        .isEqualTo(collision);

                mirror.start();
                mirror.awaitApplied();
                reference.assertAppliedExactly(mirror, "db0");
                mirror.assertNothingAppliedTwice();
                mirror.assertViewsEqualSources();
                mirror.kill9();
            }
        }
    }

    /** Repeats until nothing else was written between the commit and the row; the place where both meet. */
    private static long writeColliding(TestDatabase source, Reference reference, long firstId) throws SQLException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            long id = firstId + 10 * attempt;
            try (Connection open = source.dataSource().getConnection();
                    Connection other = source.dataSource().getConnection();
                    Statement inside = open.createStatement();
                    Statement between = other.createStatement()) {
                open.setAutoCommit(false);
                inside.execute("insert into a values (" + id + ", 'one', 1)");
                inside.execute("insert into a values (" + (id + 1) + ", 'two', 2)");
                between.execute("insert into b values (" + id + ", 'between', 0)");
                inside.execute("insert into a values (" + (id + 2) + ", 'three', 3)");
                inside.execute("insert into a values (" + (id + 3) + ", 'four', 4)");
                open.commit();
            }
            List<Reference.Line> lines = reference.lines();
            long commit = line(lines, "CREATE b " + id + " 0").commit();
            if (line(lines, "CREATE a " + (id + 2) + " 3").lsn() == commit) {
                return commit;
            }
        }
        throw new AssertionError("no collision in " + ATTEMPTS + " attempts");
    }

    private static Reference.Line line(List<Reference.Line> lines, String change) {
        return lines.stream()
                .filter(line -> line.change().equals(change))
                .findFirst()
                .orElseThrow();
    }
}
