package dev.cdcpipeline.preflight;

import static dev.cdcpipeline.preflight.Bench.finding;
import static dev.cdcpipeline.preflight.Bench.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.testkit.DataDirectory;
import dev.cdcpipeline.testkit.PostgresSource;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that was restored from a copy of its data, or whose standby was promoted, may lack what was already applied. */
class RestoredServerIT {

    @Test
    void a_boundary_that_the_restored_or_promoted_server_does_not_have_is_a_gap(@TempDir Path directory)
            throws Exception {
        DataDirectory data = new DataDirectory(directory.resolve("data"));
        DataDirectory copy;
        SlotRecord record;
        String database;
        long before;
        long after;
        try (PostgresSource server =
                PostgresSource.builder().dataDirectory(data.path()).start()) {
            Bench bench = new Bench(server);
            record = bench.started();
            database = bench.name;
            before = bench.first();
            bench.disconnect();
            server.stop();
            copy = data.copyTo(directory.resolve("copy"));
            server.restart();
            bench.write(2);
            after = bench.wal();
        }

        try (PostgresSource restored =
                PostgresSource.builder().dataDirectory(copy.path()).start()) {
            try (Bench bench = Bench.on(restored, database, record)) {
                Finding ahead = finding(bench.inspect(after, true), FindingKind.BOUNDARY_AHEAD);
                assertThat(ahead.severity()).isEqualTo(Severity.GAP);
                assertThat(ahead.storedLsn()).contains(Lsn.format(after));
                assertThat(ahead.text())
                        .contains(
                                "the stored boundary " + Lsn.format(after) + " is beyond the source's WAL "
                                        + ahead.sourceLsn().orElseThrow(),
                                "docs/operations.md");
                assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.of(after)))
                                .findings())
                        .extracting(Finding::kind)
                        .containsExactly(FindingKind.BOUNDARY_AHEAD);
                assertThat(bench.inspect(before, true)).isEmpty();
            }
            restored.stop();
            copy.asStandby();
            restored.restart();
            try (Bench bench = Bench.on(restored, database, record)) {
                assertThat(refusal(bench::check)).hasMessageContainingAll("is a standby", "name the primary");
                assertThat(bench.inspect(before, false))
                        .extracting(Finding::kind)
                        .containsExactly(FindingKind.STANDBY);
                assertThat(bench.inspection().measure().slot()).isPresent();
            }
            restored.execute("postgres", "select pg_promote()");
            promoted(restored, database, record, before, after);
        }
    }

    private static void promoted(PostgresSource server, String database, SlotRecord record, long before, long after)
            throws InterruptedException {
        try (Bench bench = Bench.on(server, database, record)) {
            bench.write(4);
            assertThat(bench.wal()).as("the WAL alone does not tell").isGreaterThan(after);

            Finding gap = finding(bench.inspect(after, true), FindingKind.TIMELINE);
            assertThat(gap.severity()).isEqualTo(Severity.GAP);
            assertThat(gap.storedLsn()).contains(Lsn.format(after));
            long left = Lsn.parse(gap.sourceLsn().orElseThrow());
            assertThat(left).isBetween(before, after);
            assertThat(gap.text())
                    .contains(
                            "went over to timeline 2 and left timeline 1 at " + Lsn.format(left),
                            "before the stored boundary " + Lsn.format(after),
                            "docs/operations.md");
            assertThat(refusal(() -> bench.slotSetup().createOrVerify(OptionalLong.of(after)))
                            .findings())
                    .containsExactly(gap);

            assertThat(bench.inspect(before, true)).isEmpty();
            assertThat(bench.slotSetup().createOrVerify(OptionalLong.of(before)).timeline())
                    .isEqualTo(2);
            assertThat(bench.record()).isEqualTo(record.on(2));

            bench.store.stored.add(record.on(3));
            assertThat(bench.inspect(before, true))
                    .extracting(Finding::kind, Finding::message)
                    .singleElement()
                    .satisfies(found -> assertThat(found.toList().toString())
                            .contains("TIMELINE", "is on timeline 2", "is of timeline 3", Lsn.format(before)));
            bench.store.stored.add(record.on(0));
            assertThat(bench.inspect(before, true)).as("not known, adopted").isEqualTo(List.of());
        }
    }
}
