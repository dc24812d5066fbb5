package dev.cdcpipeline.preflight;

import static dev.cdcpipeline.preflight.Bench.finding;
import static dev.cdcpipeline.preflight.Bench.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.testkit.PostgresSource;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is found of servers with settings that are too small or wrong, and of one that stops between two checks. */
class ServerFindingsIT {

    @Test
    void a_slot_that_the_server_invalidates_is_warned_of_before_and_a_gap_after() throws Exception {
        try (PostgresSource server = PostgresSource.builder()
                        .setting("max_slot_wal_keep_size", "20MB")
                        .setting("min_wal_size", "32MB")
                        .setting("max_wal_size", "32MB")
                        .setting("max_replication_slots", "1")
                        .setting("max_wal_senders", "1")
                        .start();
                Bench bench = new Bench(server)) {
            bench.started();
            long boundary = bench.first();
            assertThat(bench.inspect(boundary, false)).isEmpty();
            nothing_is_left_for_another_slot(server);

            for (int i = 0; i < 80 && bench.inspect(boundary, false).isEmpty(); i++) {
                bench.write(1);
            }
            Finding risk = finding(bench.inspect(boundary, false), FindingKind.WAL_AT_RISK);
            assertThat(risk.severity()).isEqualTo(Severity.WARNING);
            assertThat(risk.storedLsn()).contains(Lsn.format(boundary));
            assertThat(risk.sourceLsn()).contains(Lsn.format(bench.state().restartLsn()));
            assertThat(risk.text()).contains("safe_wal_size", "raise max_slot_wal_keep_size");

            writeUntilLost(bench);
            Finding lost = finding(bench.inspect(boundary, true), FindingKind.SLOT_LOST);
            assertThat(lost.severity()).isEqualTo(Severity.GAP);
            assertThat(lost.storedLsn()).contains(Lsn.format(boundary));
            assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.of(boundary))))
                    .hasMessageContainingAll(
                            "slot '" + bench.slot + "' is invalidated (wal_status lost",
                            Lsn.format(boundary),
                            "docs/operations.md",
                            "max_slot_wal_keep_size");

            bench.slotSetup().remake();
            assertThat(bench.inspect(bench.first(), false)).isEmpty();

            try (SlotReader reader = new SlotReader(bench, "reader")) {
                assertThat(bench.state().active()).isTrue();
                writeUntilLost(bench);
                assertThat(bench.inspect(bench.first(), true))
                        .as("while %s was running", reader)
                        .extracting(Finding::kind)
                        .containsExactly(FindingKind.SLOT_LOST);
            }
        }
    }

    private static void writeUntilLost(Bench bench) throws SQLException {
        for (int i = 0; i < 20 && !bench.state().isLost(); i++) {
            bench.write(5);
            bench.execute("checkpoint");
        }
    }

    private static void nothing_is_left_for_another_slot(PostgresSource server) throws Exception {
        try (Bench other = new Bench(server)) {
            assertThat(refusal(other::check).findings()).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(FindingKind.NO_FREE_SLOT);
                assertThat(finding.text()).contains("no replication slot left", "max_replication_slots");
            });
        }
    }

    @Test
    void a_server_without_logical_decoding_or_senders_is_refused_with_all_that_is_wrong() {
        try (PostgresSource server = PostgresSource.builder()
                        .setting("wal_level", "replica")
                        .setting("max_wal_senders", "0")
                        .start();
                Bench bench = new Bench(server)) {
            assertThat(refusal(bench::check))
                    .hasMessageContainingAll(
                            "wal_level is 'replica'",
                            "ALTER SYSTEM SET wal_level = 'logical'",
                            "no WAL sender left",
                            "max_wal_senders");
        }
    }

    @Test
    void a_server_that_stops_between_two_checks_is_named_with_what_to_check() throws Exception {
        try (PostgresSource server = PostgresSource.start();
                Bench bench = new Bench(server)) {
            bench.started();
            SourceSetup setup = bench.check();
            SourceInspection inspection = bench.inspection();
            server.kill9();

            for (Throwable failure : new Throwable[] {
                catchThrowable(() -> setup.publish("pub", Bench.CAPTURED)),
                catchThrowable(inspection::measure),
                catchThrowable(() -> bench.inspect(bench.first(), true)),
                catchThrowable(bench::slotSetup)
            }) {
                assertThat(failure)
                        .isInstanceOf(ShardStartException.class)
                        .isNotInstanceOf(PreflightException.class)
                        .message()
                        .startsWith("[db0] the server at " + server.host() + ":" + server.port() + "/" + bench.name)
                        .containsAnyOf(
                                "cannot be reached; check host(...), port(...) and that it is running",
                                "is stopping or starting; try again when it runs");
            }
        }
    }

    @Test
    void a_database_of_no_known_encoding_is_refused_with_its_remedy() {
        PostgresSource server = PostgresSource.shared();
        try (Bench bench = new Bench(server)) {
            String ascii = bench.name + "_ascii";
            server.execute(
                    "postgres", "create database " + ascii + " encoding 'SQL_ASCII' template template0 locale 'C'");
            try {
                server.execute(ascii, "create table a (id bigint primary key, val text)");
                bench.shard().database(ascii);

                assertThat(refusal(bench::check).findings()).singleElement().satisfies(finding -> {
                    assertThat(finding.kind()).isEqualTo(FindingKind.ENCODING);
                    assertThat(finding.text())
                            .contains("database '" + ascii + "'", "SQL_ASCII", "no known encoding", "UTF8");
                });
            } finally {
                bench.disconnect();
                server.execute("postgres", "drop database " + ascii + " with (force)");
            }
        }
    }
}
