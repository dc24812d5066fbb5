package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import dev.cdcpipeline.testkit.contract.LeaseStoreContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases in the home database; each call by another {@link JdbcOffsets}, as from another process. */
class JdbcLeasesIT extends LeaseStoreContract {
    private static final ShardId DB0 = new ShardId("db0");
    private static final Duration LONG = Duration.ofMinutes(10);

    private TestDatabase database;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("leases");
        JdbcOffsets.in(database.dataSource()).prepare();
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Override
    protected LeaseStore store() {
        return JdbcOffsets.in(database.dataSource()).leases();
    }

    @Test
    void a_lease_lasts_from_the_end_of_a_wait_for_its_row() throws Exception {
        Epoch epoch = store().acquire("shop", DB0, "a", LONG).epoch();

        try (Connection blocker = lockingTheLease()) {
            CompletableFuture<Void> renewing =
                    CompletableFuture.runAsync(() -> store().renew("shop", DB0, epoch, LONG));
            awaitBlocked(1);
            database.execute("create table waited as select clock_timestamp() as at");
            blocker.commit();
            renewing.join();
        }

        assertThat(database.queryString("select expires_at > at + interval '10 min' from cdc_lease, waited"))
                .isEqualTo("t");
    }

    @Test
    void a_lease_that_expires_while_another_waits_for_its_row_is_taken() throws Exception {
        store().acquire("shop", DB0, "a", Duration.ofMillis(500));

        try (Connection blocker = lockingTheLease()) {
            CompletableFuture<Lease> acquiring =
                    CompletableFuture.supplyAsync(() -> store().acquire("shop", DB0, "b", LONG));
            awaitBlocked(1);
            await().until(() -> store().find("shop", DB0, "b").orElseThrow().isFree());
            database.execute("create table waited as select clock_timestamp() as at");
            blocker.commit();

            assertThat(acquiring.join().isMine()).isTrue();
        }
        assertThat(database.queryString("select expires_at > at + interval '10 min' from cdc_lease, waited"))
                .isEqualTo("t");
    }

    @Test
    void a_renewal_that_waits_for_a_take_over_is_refused() throws Exception {
        Epoch epoch = store().acquire("shop", DB0, "a", LONG).epoch();

        try (Connection taking = lockingTheLease();
                Statement statement = taking.createStatement()) {
            CompletableFuture<Void> renewing =
                    CompletableFuture.runAsync(() -> store().renew("shop", DB0, epoch, LONG));
            awaitBlocked(1);
            statement.execute("update cdc_lease set owner = 'b', epoch = epoch + 1");
            taking.commit();

            assertThatThrownBy(renewing::join).hasCauseInstanceOf(FencedException.class);
        }
    }

    @Test
    void an_owner_whose_database_was_restored_is_told_so_and_not_that_another_took_over() {
        for (int i = 0; i < 5; i++) {
            store().acquire("shop", DB0, "a", LONG);
        }
        database.execute("update cdc_lease set epoch = 3, owner = 'z'");

        assertThatThrownBy(() -> store().renew("shop", DB0, new Epoch(5), LONG))
                .isInstanceOf(FencedException.class)
                .hasMessage(
                        "[db0] pipeline 'shop' is not ours any more: we hold epoch 5, the lease has epoch 3 of z, which is"
                                + " not newer: its row in cdc_lease was changed by hand, or the home database was restored from a"
                                + " backup; it was not renewed, the shard stops here. If a target then refuses a claim because of a"
                                + " newer epoch, set epoch of that row to at least 5 and start again");
    }

    @Test
    void an_owner_whose_lease_was_deleted_is_told_so() {
        store().acquire("shop", DB0, "a", LONG);
        database.execute("delete from cdc_lease");

        assertThatThrownBy(() -> store().renew("shop", DB0, new Epoch(1), LONG))
                .isInstanceOf(FencedException.class)
                .hasMessageContainingAll(
                        "its row in cdc_lease does not exist", "it was deleted", "restored from a backup")
                .hasMessageNotContaining("took it");
    }

    @Test
    void an_instance_that_has_been_dead_for_a_day_is_forgotten() {
        store().join("shop", "long-dead", LONG);
        store().join("shop", "dead", LONG);
        store().join("other", "long-dead", LONG);
        database.execute(
                "update cdc_member set expires_at = now() - interval '25 h' where owner = 'long-dead'",
                "update cdc_member set expires_at = now() - interval '23 h' where owner = 'dead'");

        assertThat(store().join("shop", "a", LONG)).isEqualTo(1);

        assertThat(database.queryStrings("select pipeline || ' ' || owner from cdc_member order by 1"))
                .containsExactly("other long-dead", "shop a", "shop dead");
        assertThat(store().join("other", "long-dead", LONG)).as("back again").isEqualTo(1);
    }

    private Connection lockingTheLease() throws SQLException {
        Connection connection = database.dataSource().getConnection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("select * from cdc_lease for update");
        }
        return connection;
    }

    private void awaitBlocked(int sessions) {
        await().until(() -> database.queryLong("select count(*) from pg_stat_activity where datname = '"
                        + database.name() + "' and wait_event_type = 'Lock'")
                == sessions);
    }
}
