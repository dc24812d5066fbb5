package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a call has stored is there after kill -9 of a server whose commits do not wait for the disk. */
class HomeServerCrashIT {
    private static final ShardId DB0 = new ShardId("db0");
    private static final Duration LONG = Duration.ofMinutes(10);

    @Test
    void what_others_rely_on_survives_a_crash_of_the_home_database() {
        try (PostgresSource server = PostgresSource.builder()
                .setting("synchronous_commit", "off")
                .setting("wal_writer_delay", "10000")
                .start()) {
            server.createDatabase("home");
            JdbcOffsets offsets = JdbcOffsets.in(server.dataSource("home"));
            offsets.prepare();
            BackfillRequest request =
                    new BackfillRequest("again", "t", "view", new TreeSet<>(List.of(TableName.parse("orders"))));

            // Each is the last before a crash, because a commit that waits takes those before it along.
            Epoch epoch = offsets.leases().acquire("shop", DB0, "a", LONG).epoch();
            server.killAndRestart();
            assertThat(offsets.leases().find("shop", DB0, "a").orElseThrow().epoch())
                    .isEqualTo(epoch);

            assertThat(offsets.leases().acquire("shop", DB0, "a", LONG).epoch()).isEqualTo(new Epoch(2));
            server.killAndRestart();
            assertThat(offsets.leases().find("shop", DB0, "a").orElseThrow().epoch())
                    .isEqualTo(new Epoch(2));

            offsets.saveSlot("shop", DB0, new Epoch(2), SlotRecord.creating("cdc_shop_db0", "7123", 1));
            server.killAndRestart();
            assertThat(offsets.slot("shop", DB0)).isPresent();

            offsets.control().pause("shop", DB0, "alice");
            server.killAndRestart();
            assertThat(offsets.control().orders("shop", DB0).paused()).isTrue();

            offsets.control().request("shop", List.of(DB0), request);
            server.killAndRestart();
            assertThat(offsets.control().backfills("shop")).hasSize(1);

            offsets.control().note("shop", DB0, "again", BackfillState.DONE, "");
            server.killAndRestart();
            assertThat(offsets.control().backfills("shop").get(0).state()).isEqualTo(BackfillState.DONE);
        }
    }
}
