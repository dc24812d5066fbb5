package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The process is killed between the stored intent to make a slot and the slot's first boundary. */
class CrashDuringSlotCreationIT {

    @Test
    void a_slot_that_was_being_made_when_the_process_was_killed_is_made_anew() throws SQLException {
        try (Mirror mirror = new Mirror();
                Connection open = mirror.source().dataSource().getConnection();
                Statement transaction = open.createStatement()) {
            mirror.source().execute("insert into a values (1, 'before', 1)");
            open.setAutoCommit(false);
            transaction.execute("insert into a values (2, 'open while the slot is made', 2)");

            ForkedJvm killed = mirror.start();
            await().atMost(Mirror.PATIENCE)
                    .untilAsserted(() -> assertThat(slots(mirror)).hasSize(1));
            assertThat(mirror.readModel().queryString("select phase from cdc_slot"))
                    .isEqualTo("CREATING");
            killed.kill9();
            await("the backend of the killed process gives up, although the transaction is still open")
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(slots(mirror)).isEmpty());

            mirror.start();
            await().atMost(Mirror.PATIENCE)
                    .untilAsserted(() -> assertThat(slots(mirror)).hasSize(1));
            transaction.execute("insert into a values (3, 'later', 3)");
            open.commit();
            mirror.source().execute("insert into a values (4, 'after', 4)");
            mirror.awaitApplied();

            assertThat(mirror.readModel().queryString("select phase from cdc_slot"))
                    .isEqualTo("CREATED");
            mirror.assertViewsEqualSources();
            mirror.assertNothingAppliedTwice();
        }
    }

    private static List<?> slots(Mirror mirror) {
        return mirror.source()
                .queryStrings("select slot_name from pg_replication_slots where database = current_database()");
    }
}
