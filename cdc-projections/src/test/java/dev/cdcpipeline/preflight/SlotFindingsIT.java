package dev.cdcpipeline.preflight;

import static dev.cdcpipeline.preflight.Bench.finding;
import static dev.cdcpipeline.preflight.Bench.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.internal.postgres.ReplicationSlot;
import dev.cdcpipeline.internal.postgres.SlotCatalog;
import dev.cdcpipeline.internal.postgres.SlotSetup;
import dev.cdcpipeline.internal.postgres.SourceState;
import dev.cdcpipeline.monitor.SlotStatus;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is found of slots that are not as they were left, with both LSNs; and that a slot is made anew whenever it is killed. */
class SlotFindingsIT {
    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(PostgresSource.shared());
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void a_slot_that_was_made_by_us_has_no_findings_and_continues_at_its_boundary() throws InterruptedException {
        SlotRecord made = bench.started();

        assertThat(bench.store.stored)
                .extracting(SlotRecord::phase)
                .containsExactly(SlotRecord.Phase.CREATING, SlotRecord.Phase.CREATED);
        assertThat(made.timeline()).isPositive();
        assertThat(bench.inspect(bench.first(), true)).isEmpty();
        assertThat(bench.slotSetup().createOrVerify(OptionalLong.of(bench.first())))
                .isEqualTo(made);
    }

    @Test
    void a_slot_that_was_dropped_is_a_gap() throws InterruptedException {
        bench.started();
        String boundary = Lsn.format(bench.first());
        new SlotCatalog(bench.source()).drop(bench.slot);

        Finding found = finding(bench.inspect(bench.first(), true), FindingKind.SLOT_MISSING);
        assertThat(found.severity()).isEqualTo(Severity.GAP);
        assertThat(found.storedLsn()).contains(boundary);
        assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.of(bench.first()))))
                .hasMessageContainingAll("slot '" + bench.slot + "' is gone", boundary, "docs/operations.md");
    }

    @Test
    void a_slot_that_someone_else_advanced_is_a_gap_even_while_an_old_transaction_holds_its_wal()
            throws InterruptedException, SQLException {
        bench.started();
        long boundary = bench.first();
        try (Connection old = bench.server.dataSource(bench.name).getConnection();
                Statement statement = old.createStatement()) {
            old.setAutoCommit(false);
            statement.execute("insert into a values (1, 'open')");
            bench.execute(
                    "insert into a values (2, 'lost')",
                    "select pg_replication_slot_advance('" + bench.slot + "', pg_current_wal_insert_lsn())");
            ReplicationSlot.State state = bench.state();
            assertThat(state.restartLsn()).isLessThanOrEqualTo(boundary);

            Finding found = finding(bench.inspect(boundary, true), FindingKind.SLOT_AHEAD);

            assertThat(found.severity()).isEqualTo(Severity.GAP);
            assertThat(found.storedLsn()).contains(Lsn.format(boundary));
            assertThat(found.sourceLsn()).contains(Lsn.format(state.confirmedFlush()));
            assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.of(boundary))))
                    .hasMessageContainingAll(
                            "acknowledged up to " + Lsn.format(state.confirmedFlush()),
                            "beyond the stored boundary " + Lsn.format(boundary),
                            "docs/operations.md");
        }
    }

    @Test
    void a_slot_that_was_read_although_no_target_has_an_offset_is_a_gap() throws InterruptedException {
        bench.started();
        bench.execute(
                "insert into a values (2, 'lost')",
                "select pg_replication_slot_advance('" + bench.slot + "', pg_current_wal_insert_lsn())");

        assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.empty())))
                .hasMessageContainingAll(
                        "has no offset, but slot '" + bench.slot + "'",
                        "began at " + Lsn.format(bench.first()),
                        "was acknowledged up to")
                .extracting(PreflightException::severity)
                .isEqualTo(Severity.GAP);
    }

    @Test
    void a_slot_of_another_plugin_or_database_or_that_nobody_knows_is_left_alone()
            throws InterruptedException, SQLException {
        bench.execute("select pg_create_logical_replication_slot('" + bench.slot + "', 'test_decoding')");
        assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.empty())))
                .hasMessageContainingAll("slot '" + bench.slot + "' exists", "slot(...)", "pg_drop_replication_slot");
        bench.execute("select pg_drop_replication_slot('" + bench.slot + "')");

        bench.started();
        bench.execute(
                "select pg_drop_replication_slot('" + bench.slot + "')",
                "select pg_create_logical_replication_slot('" + bench.slot + "', 'test_decoding')");
        assertThat(finding(bench.inspect(bench.first(), false), FindingKind.SLOT_FOREIGN)
                        .text())
                .contains("of plugin test_decoding in database " + bench.name, "slot(...)");
        assertThat(refusal(() -> bench.slotSetup().remake())).hasMessageContaining("not ours");
        assertThat(bench.state().plugin()).isEqualTo("test_decoding");
        bench.execute("select pg_drop_replication_slot('" + bench.slot + "')");

        try (TestDatabase other = bench.server.freshDatabase("other")) {
            other.execute("select pg_create_logical_replication_slot('" + bench.slot + "', 'pgoutput')");
            assertThat(finding(bench.inspect(bench.first(), false), FindingKind.SLOT_FOREIGN)
                            .text())
                    .contains("of plugin pgoutput in database " + other.name());
            assertThat(refusal(() -> new SlotCatalog(bench.source()).drop(bench.slot)))
                    .hasMessageContaining("not ours");
        }
    }

    @Test
    void offsets_of_another_slot_or_server_are_refused() throws InterruptedException {
        SlotRecord made = bench.started();
        bench.store.stored.add(
                new SlotRecord(made.slot(), made.phase(), "42", made.timeline(), made.boundary(), made.position()));
        Finding found = finding(bench.inspect(bench.first(), true), FindingKind.SYSTEM_IDENTIFIER);
        assertThat(found.severity()).isEqualTo(Severity.REFUSED);
        assertThat(found.text()).contains("another server", made.systemIdentifier(), "stored 42", "host(...)");
        assertThat(refusal(() -> bench.slotSetup().remake()).findings()).containsExactly(found);

        bench.store.stored.add(
                new SlotRecord("older", made.phase(), made.systemIdentifier(), 0, made.boundary(), made.position()));
        assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.empty())))
                .hasMessageContainingAll("belong to slot 'older'", "slot(...)");
    }

    @Test
    void a_slot_that_is_in_use_is_waited_for_and_then_names_its_reader() throws Exception {
        bench.started();
        SlotSetup setup = bench.slotSetup();
        try (SlotReader reader = new SlotReader(bench, "somebody")) {
            assertThat(refusal(setup::awaitInactive))
                    .hasMessageContainingAll(
                            "slot '" + bench.slot + "' is read by another process (PID ",
                            "application_name somebody",
                            "from 127.0.0.1",
                            "since ")
                    .extracting(PreflightException::severity)
                    .isEqualTo(Severity.WAIT);
            assertThat(refusal(() -> new SlotCatalog(bench.source()).drop(bench.slot)))
                    .hasMessageContaining("is read by another process");

            CompletableFuture<Void> ending = CompletableFuture.runAsync(
                    reader::close, CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS));
            setup.awaitInactive();
            ending.join();
        }
    }

    @Test
    void wal_that_a_slot_holds_back_is_a_warning_and_beyond_the_limit_stops_the_shard()
            throws InterruptedException, SQLException {
        bench.shard().warnRetainedWal(1 << 20).stopRetainedWal(3 << 20);
        bench.started();
        bench.write(2);

        Finding warning = finding(bench.inspect(bench.first(), true), FindingKind.RETAINED_WAL);
        assertThat(warning.severity()).isEqualTo(Severity.WARNING);
        assertThat(warning.message())
                .contains(
                        "from " + Lsn.format(bench.state().restartLsn()) + " to "
                                + warning.sourceLsn().orElseThrow(),
                        "above warnRetainedWal(1048576)");

        bench.write(2);
        Finding limit = finding(bench.inspect(bench.first(), true), FindingKind.RETAINED_WAL);
        assertThat(limit.severity()).isEqualTo(Severity.REFUSED);
        assertThat(limit.text()).contains("above stopRetainedWal(3145728); the shard stops", "drop", "pause");
    }

    @Test
    void a_slot_is_made_anew_and_a_crash_at_any_step_is_repaired() throws InterruptedException, SQLException {
        bench.started();
        for (boolean beforeStored : List.of(true, false)) {
            for (SlotRecord.Phase phase : List.of(SlotRecord.Phase.CREATING, SlotRecord.Phase.CREATED)) {
                long before = bench.first();
                bench.execute("insert into a select max(id) + 1 from (select id from a union select 0)");
                bench.store.dieAt(phase, beforeStored);
                assertThatThrownBy(() -> bench.slotSetup().remake()).hasMessage("killed");

                SlotRecord after = bench.slotSetup().createOrVerify(OptionalLong.empty());

                assertThat(after.phase()).isEqualTo(SlotRecord.Phase.CREATED);
                if (phase != SlotRecord.Phase.CREATING || !beforeStored) {
                    assertThat(bench.first()).as("%s %s", phase, beforeStored).isGreaterThan(before);
                }
                assertThat(bench.state().confirmedFlush()).isEqualTo(bench.first());
            }
        }
    }

    @Test
    void a_slot_that_is_to_be_made_anew_is_not_made_under_targets_that_still_have_an_offset()
            throws InterruptedException {
        bench.started();
        long boundary = bench.first();
        bench.store.dieAt(SlotRecord.Phase.CREATED, true);
        assertThatThrownBy(() -> bench.slotSetup().remake()).hasMessage("killed");

        assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.of(boundary)))
                        .severity())
                .isEqualTo(Severity.GAP);
    }

    @Test
    void a_slot_for_a_snapshot_is_left_to_the_connector_and_what_an_interrupted_one_left_is_dropped()
            throws InterruptedException {
        SlotRecord intent = bench.slotSetup().leaveToSnapshot();
        assertThat(intent.phase()).isEqualTo(SlotRecord.Phase.SNAPSHOT);
        bench.check().publish("pub", Set.of());
        assertThat(bench.inspect(0, true)).as("the slot is still to be made").isEmpty();
        bench.execute("select pg_create_logical_replication_slot('" + bench.slot + "', 'pgoutput')");

        bench.slotSetup().leaveToSnapshot();

        assertThat(new SlotCatalog(bench.source()).status(bench.slot).exists()).isFalse();
    }

    @Test
    void slots_are_shown_and_dropped_for_an_operator() throws InterruptedException {
        SlotCatalog catalog = new SlotCatalog(bench.source());
        assertThat(catalog.status(bench.slot).exists()).isFalse();
        assertThat(catalog.drop(bench.slot)).isFalse();
        bench.started();
        bench.write(1);

        SlotStatus status = catalog.status(bench.slot);

        assertThat(status.shard()).isEqualTo("db0");
        assertThat(status.active()).isFalse();
        assertThat(status.plugin()).contains("pgoutput");
        assertThat(status.confirmedFlushLsn()).contains(Lsn.format(bench.first()));
        assertThat(status.lagBytes().orElseThrow()).isGreaterThan(1 << 20);
        assertThat(status.retainedBytes().orElseThrow())
                .isGreaterThanOrEqualTo(status.lagBytes().orElseThrow());
        assertThat(status.walStatus()).contains("reserved");
        assertThat(catalog.drop(bench.slot)).isTrue();
        assertThat(catalog.status(bench.slot).exists()).isFalse();
    }

    @Test
    void a_source_is_measured_in_one_look() throws InterruptedException {
        bench.started();
        long before = bench.wal();

        SourceState state = bench.inspection().measure();

        assertThat(state.insertLsn()).isGreaterThanOrEqualTo(before);
        assertThat(state.flushLsn()).isLessThanOrEqualTo(state.insertLsn());
        assertThat(Duration.between(state.time(), Instant.now()).abs()).isLessThan(Duration.ofMinutes(1));
        assertThat(state.slot().orElseThrow().confirmedFlush()).isEqualTo(bench.first());
    }
}
