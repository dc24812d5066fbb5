package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A backfill under load whose process is killed: it goes on in the next one, and ends once. */
class BackfillCrashIT {
    private static final int ROWS = 40_000;
    private static final TableName A = TableName.parse("public.a");

    @Test
    void a_backfill_that_is_killed_in_the_middle_goes_on_and_ends_once_with_the_view_equal_to_the_source() {
        try (Mirror mirror = new Mirror().with("batchSize", 100)) {
            mirror.source()
                    .execute("insert into a select i, 'loaded ' || i, 0 from generate_series(1, " + ROWS + ") i");
            mirror.startLoaded();
            mirror.awaitApplied();
            mirror.readModel()
                    .execute(
                            "delete from a_view where id % 3 = 0",
                            "update a_view set val = 'spoilt' where id % 3 = 1",
                            "insert into a_view select 'db0', i, 'ghost', 1 from generate_series(1000001, 1001000) i");
            ControlStore orders =
                    JdbcOffsets.in(mirror.readModel().dataSource()).control();

            try (Traffic traffic = Traffic.calm(mirror.source(), 1, 2, Duration.ofMillis(10))) {
                orders.request(
                        "mirror",
                        List.of(new ShardId("db0")),
                        new BackfillRequest("again", "mirror", "public.a_view", new TreeSet<>(List.of(A))));
                for (int part : List.of(2, 4)) {
                    awaitRead(mirror, ROWS * part / 10);
                    mirror.kill9();
                    assertThat(only(orders).state()).isEqualTo(BackfillState.RUNNING);
                    assertThat(load(mirror).unread()).containsExactly(A);
                    mirror.start();
                }
                await().atMost(Mirror.PATIENCE).until(() -> only(orders).state() == BackfillState.DONE);
                assertThat(traffic.committed()).isPositive();
            }
            mirror.awaitApplied();

            mirror.assertViewsEqualSources();
            mirror.assertNothingAppliedTwice();
            Backfill done = only(orders);
            mirror.kill9();
            mirror.startLoaded();
            mirror.awaitApplied();
            assertThat(only(orders)).as("after one more start").isEqualTo(done);
            assertThat(load(mirror).tables()).containsEntry(A, TableLoad.SUCCEEDED);
            assertThat(load(mirror).backfills()).isEmpty();
            assertThat(read(mirror)).as("notes that are left").isZero();
            mirror.assertViewsEqualSources();
        }
    }

    private static void awaitRead(Mirror mirror, long rows) {
        await().atMost(Mirror.PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .untilAsserted(() -> assertThat(read(mirror)).isGreaterThanOrEqualTo(rows));
    }

    private static long read(Mirror mirror) {
        return mirror.readModel().queryLong("select count(*) from cdc_loaded_row");
    }

    private static Backfill only(ControlStore orders) {
        List<Backfill> all = orders.backfills("mirror");
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private static LoadState load(Mirror mirror) {
        return LoadState.parse(mirror.readModel().queryString("select load_state from cdc_offset"));
    }
}
