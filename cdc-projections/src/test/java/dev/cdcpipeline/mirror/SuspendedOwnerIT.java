package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A virtual machine stands still with a transaction open, is taken for dead, and then goes on as if nothing had been. */
@Tag("alone")
class SuspendedOwnerIT {
    private static final int LEASE_MILLIS = 3000;
    private static final String STANDBY = "-> STANDBY";

    @Test
    void an_owner_that_was_paused_within_a_transaction_cannot_commit_it_after_another_took_over_and_says_why() {
        pauseOwnerThatStands("mirror.stand", 12);
    }

    @Test
    void an_owner_that_was_paused_before_a_transaction_cannot_begin_it_after_another_took_over_and_says_why() {
        pauseOwnerThatStands("mirror.standAfter", 1);
    }

    private static void pauseOwnerThatStands(String where, int time) {
        try (PostgresSource source = PostgresSource.builder()
                        .setting("wal_sender_timeout", "2s")
                        .start();
                Mirror mirror =
                        new Mirror(source, "db0").with("lease", LEASE_MILLIS).with("batchSize", 5);
                ForkedJvm owner =
                        mirror.jvm().property(where, Integer.toString(time)).start()) {
            owner.awaitLine("loaded", Mirror.PATIENCE);
            try (ForkedJvm standby = mirror.jvm().start()) {
                standby.awaitLine(STANDBY, Mirror.PATIENCE);
                mirror.source().execute("insert into a select i, 'first', i from generate_series(1, 40) i");
                owner.awaitLine(MirrorMain.STANDING, Mirror.PATIENCE);

                owner.pause();
                mirror.source().execute("insert into a select i, 'second', i from generate_series(41, 80) i");
                mirror.awaitApplied();
                owner.resume();

                assertThat(owner.awaitLine(STANDBY, Mirror.PATIENCE))
                        .as("what the old owner says")
                        .contains(Long.toString(standby.pid()));
                mirror.source().execute("insert into a select i, 'third', i from generate_series(81, 120) i");
                mirror.awaitApplied();
                assertThat(owner.isAlive()).as("the old owner lives").isTrue();

                standby.kill9();
                mirror.source().execute("delete from a where id > 100");
                mirror.awaitApplied();
                assertAppliedOnce(mirror, owner, standby);
            }
        }
    }

    private static void assertAppliedOnce(Mirror mirror, ForkedJvm owner, ForkedJvm standby) {
        List<String> byProcess = mirror.readModel()
                .queryStrings("select concat_ws(' ', pid, op, val, count(*)) from applied group by pid, op, val"
                        + " order by min(seq)");
        assertThat(byProcess)
                .contains(standby.pid() + " CREATE second 40", standby.pid() + " CREATE third 40")
                .endsWith(owner.pid() + " DELETE 20");
        mirror.assertNothingAppliedTwice();
        mirror.assertViewsEqualSources();
        mirror.assertSlotsNotAhead();
    }
}
