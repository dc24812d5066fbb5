package dev.cdcpipeline.offset.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The pipeline's memory: slots, and its tables. */
class JdbcOffsetsIT {

    private static final ShardId DB0 = new ShardId("db0");
    private static final ShardId DB1 = new ShardId("db1");

    private static final Duration LEASE = Duration.ofMinutes(10);

    private TestDatabase database;
    private JdbcOffsets offsets;

    @BeforeEach
    void create() {
        database = PostgresSource.shared().freshDatabase("offsets");
        offsets = JdbcOffsets.in(database.dataSource());
    }

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void remembers_a_slot_through_its_phases() {
        offsets.prepare();
        assertThat(offsets.slot("shop", DB0)).isEmpty();

        Epoch epoch = take("host");
        SlotRecord creating = SlotRecord.creating("cdc_shop_db0", "7123", 1);
        offsets.saveSlot("shop", DB0, epoch, creating);
        assertThat(offsets.slot("shop", DB0)).contains(creating);

        SlotRecord created = creating.created("{\"lsn\":1}", Position.boundary(0xF00L));
        offsets.saveSlot("shop", DB0, epoch, created);
        assertThat(offsets.slot("shop", DB0)).contains(created);

        offsets.saveSlot("shop", DB0, epoch, created.on(2));
        assertThat(offsets.slot("shop", DB0)).map(SlotRecord::timeline).contains(2);
        assertThat(offsets.slot("shop", DB1)).isEmpty();
    }

    @Test
    void remembers_a_gap_until_it_is_taken_away() {
        offsets.prepare();
        Epoch epoch = take("host");
        SlotRecord slot = SlotRecord.creating("cdc_shop_db0", "7123", 1)
                .created("b", Position.boundary(1))
                .repairing(Set.of("cache", "a \"name\", with {all}"));
        Finding gap = Finding.of(FindingKind.BOUNDARY_AHEAD, "db0", "it is \"gone\"", "load anew", "0/2", "0/1");

        offsets.saveSlot("shop", DB0, epoch, slot.withGap(gap, 7));
        SlotRecord stored = offsets.slot("shop", DB0).orElseThrow();
        assertThat(stored).isEqualTo(slot.withGap(gap, 7));
        assertThat(stored.on(2).gap()).as("it outlives a promotion").isEqualTo(gap);

        offsets.saveSlot("shop", DB0, epoch, stored.withoutGap());
        assertThat(offsets.slot("shop", DB0)).contains(slot);
    }

    @Test
    void refuses_to_save_a_slot_for_an_older_owner() {
        offsets.prepare();
        Epoch older = take("host-1");
        SlotRecord slot = SlotRecord.creating("cdc_shop_db0", "7123", 1);
        offsets.saveSlot("shop", DB0, older, slot);
        take("host-2");

        assertThatThrownBy(() -> offsets.saveSlot("shop", DB0, older, slot.created("b", Position.boundary(1))))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("[db0] pipeline 'shop'")
                .hasMessageContaining("we hold epoch 1, the lease has epoch 2 of host-2");
        assertThat(offsets.slot("shop", DB0)).contains(slot);
        assertThatThrownBy(() -> offsets.saveSlot("shop", DB1, new Epoch(1), slot))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("does not exist");
    }

    @Test
    void is_refused_when_a_claim_comes_between() throws Exception {
        offsets.prepare();
        Epoch older = take("host-1");
        try (Connection claiming = database.dataSource().getConnection()) {
            claiming.setAutoCommit(false);
            claiming.createStatement().execute("update cdc_lease set epoch = epoch + 1");
            CompletableFuture<Throwable> saving = CompletableFuture.supplyAsync(() -> catchFailure(
                    () -> offsets.saveSlot("shop", DB0, older, SlotRecord.creating("cdc_shop_db0", "7123", 1))));
            await().until(() -> database.queryLong("select count(*) from pg_locks where not granted") > 0);
            claiming.commit();

            assertThat(saving.join()).isInstanceOf(FencedException.class);
        }
        assertThat(offsets.slot("shop", DB0)).isEmpty();
    }

    @Test
    void forgets_a_slot_for_its_owner_only() {
        offsets.prepare();
        Epoch older = take("host-1");
        SlotRecord slot = SlotRecord.creating("cdc_shop_db0", "7123", 1);
        offsets.saveSlot("shop", DB0, older, slot);
        Epoch newer = take("host-2");

        assertThatThrownBy(() -> offsets.forgetSlot("shop", DB0, older))
                .isInstanceOf(FencedException.class)
                .hasMessageContaining("we hold epoch 1, the lease has epoch 2 of host-2")
                .hasMessageContaining("nothing was forgotten");
        assertThat(offsets.slot("shop", DB0)).contains(slot);

        offsets.forgetSlot("shop", DB0, newer);
        offsets.forgetSlot("shop", DB0, newer);
        assertThat(offsets.slot("shop", DB0)).isEmpty();
    }

    @Test
    void makes_its_tables_once_although_many_start_at_the_same_time() {
        List<CompletableFuture<Void>> starts = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            starts.add(CompletableFuture.runAsync(offsets::prepare));
            starts.add(CompletableFuture.runAsync(
                    () -> JdbcSchema.TARGET.prepare(database.dataSource(), SchemaMode.CREATE, "target")));
        }
        starts.forEach(CompletableFuture::join);

        assertThat(database.queryStrings(
                        "select relname from pg_class where relname like 'cdc%' and relkind = 'r' order by 1"))
                .containsExactly(
                        "cdc_backfill",
                        "cdc_dead_letter",
                        "cdc_lease",
                        "cdc_letter_order",
                        "cdc_loaded_row",
                        "cdc_member",
                        "cdc_mirror",
                        "cdc_missing_row",
                        "cdc_offset",
                        "cdc_shard_control",
                        "cdc_slot");
    }

    @Test
    void makes_nothing_when_told_to_validate() {
        JdbcOffsets validating = offsets.schemaMode(SchemaMode.VALIDATE);
        assertThatThrownBy(validating::prepare)
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("lacks table cdc_lease, table cdc_member, table cdc_slot,"
                        + " table cdc_shard_control, table cdc_backfill, table cdc_letter_order, table cdc_dead_letter")
                .hasMessageContaining("/dev/cdcpipeline/offset/jdbc/schema/v1/home-postgresql.sql")
                .hasMessageContaining("SchemaMode.CREATE");

        database.execute(JdbcSchema.HOME.ddl());
        validating.prepare();
        assertThat(take("host")).isEqualTo(new Epoch(1));
    }

    @Test
    void names_a_missing_column_in_either_mode() {
        database.execute(JdbcSchema.HOME.ddl(), "alter table cdc_slot drop column phase");

        assertThatThrownBy(offsets::prepare)
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("column cdc_slot.phase");
        assertThatThrownBy(() -> offsets.schemaMode(SchemaMode.VALIDATE).prepare())
                .hasMessageContaining("column cdc_slot.phase");
    }

    @Test
    void tells_who_may_not_create_tables_what_to_do() {
        database.execute(
                "drop role if exists cdc_reader",
                "create role cdc_reader login password 'reader'",
                "grant usage on schema public to cdc_reader");
        try {
            assertThatThrownBy(JdbcOffsets.in(as("cdc_reader", "reader"))::prepare)
                    .isInstanceOf(CdcException.class)
                    .isNotInstanceOf(TransientFailure.class)
                    .hasMessageContaining("permission denied for schema public")
                    .hasMessageContaining("grant the privilege")
                    .hasMessageContaining("home-postgresql.sql");

            offsets.prepare();
            database.execute("grant select, insert, update, delete on all tables in schema public to cdc_reader");
            JdbcOffsets allowed = JdbcOffsets.in(as("cdc_reader", "reader"));
            allowed.prepare();
            assertThat(allowed.leases().acquire("shop", DB0, "host", LEASE).epoch())
                    .isEqualTo(new Epoch(1));
        } finally {
            database.execute("drop owned by cdc_reader", "drop role cdc_reader");
        }
    }

    @Test
    void hides_the_password_when_it_is_wrong() {
        assertThatThrownBy(
                        () -> JdbcOffsets.in(as("postgres", "wr0ng")).leases().acquire("shop", DB0, "host", LEASE))
                .isInstanceOf(CdcException.class)
                .isNotInstanceOf(TransientFailure.class)
                .hasMessageContaining("[db0] pipeline 'shop' cannot acquire the lease in the home database")
                .hasMessageContaining("check user and password")
                .hasMessageNotContaining("wr0ng");
    }

    /** The epoch of a lease that is given back by its owner first, if it has one. */
    private Epoch take(String owner) {
        offsets.leases()
                .find("shop", DB0, owner)
                .ifPresent(held -> offsets.leases().release("shop", DB0, held.epoch()));
        return offsets.leases().acquire("shop", DB0, owner, LEASE).epoch();
    }

    private PGSimpleDataSource as(String user, String password) {
        PGSimpleDataSource dataSource = new PGSimpleDataSource();
        dataSource.setUrl(database.jdbcUrl());
        dataSource.setUser(user);
        dataSource.setPassword(password);
        return dataSource;
    }

    private static Throwable catchFailure(Runnable call) {
        try {
            call.run();
            return new AssertionError("nothing was thrown");
        } catch (RuntimeException e) {
            return e;
        }
    }
}
