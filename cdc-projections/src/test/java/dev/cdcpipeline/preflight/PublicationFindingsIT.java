package dev.cdcpipeline.preflight;

import static dev.cdcpipeline.preflight.Bench.CAPTURED;
import static dev.cdcpipeline.preflight.Bench.finding;
import static dev.cdcpipeline.preflight.Bench.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.testkit.PostgresSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A publication may be widened for what is new; what it left out of a table that is captured is lost, and is said. */
class PublicationFindingsIT {
    private Bench bench;

    @BeforeEach
    void open() throws InterruptedException {
        bench = new Bench(PostgresSource.shared());
        bench.started();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
                    drop publication pub                          | publication 'pub' does not exist               | CREATE PUBLICATION "pub" FOR TABLE "public"."a"
                    alter publication pub drop table a            | publication 'pub' does not publish [public.a]  | ALTER PUBLICATION "pub" ADD TABLE "public"."a"
                    alter publication pub set (publish = 'insert') | does not publish every operation              | SET (publish = 'insert, update, delete, truncate')
                    """)
    void what_a_publication_lacks_of_a_captured_table_is_a_gap_until_it_is_mended_on_purpose(
            String statement, String message, String remedy) {
        bench.execute(statement);

        PreflightException refused = refusal(() -> bench.check().publish("pub", CAPTURED));
        assertThat(refused).hasMessageContainingAll(message, "is lost", remedy, "load [public.a] anew");
        assertThat(refused.severity()).isEqualTo(Severity.GAP);
        Finding running = finding(bench.inspect(bench.first(), true), FindingKind.PUBLICATION_GAP);
        assertThat(running.text()).contains(message, remedy);
        assertThat(bench.inspect(bench.first(), false))
                .as("is for publish() to judge before a start")
                .isEmpty();

        bench.check().mendPublication("pub");

        assertThat(bench.inspect(bench.first(), true)).isEmpty();
        bench.check().publish("pub", CAPTURED);
    }

    @Test
    void a_publication_that_publishes_only_some_rows_of_a_captured_table_is_a_gap_that_nobody_mends() {
        bench.execute("alter publication pub set table a where (id > 5)");

        assertThat(refusal(() -> bench.check().publish("pub", CAPTURED)))
                .hasMessageContainingAll("publishes only some rows or columns of [public.a]", "without WHERE")
                .extracting(PreflightException::severity)
                .isEqualTo(Severity.GAP);
        assertThat(refusal(() -> bench.check().mendPublication("pub")).findings())
                .extracting(Finding::kind)
                .containsExactly(FindingKind.PUBLICATION);
    }

    @Test
    void a_publication_is_widened_for_a_table_that_was_not_captured_before() {
        bench.execute("alter publication pub drop table a");

        bench.check().publish("pub", Set.of());

        assertThat(bench.inspect(bench.first(), true)).isEmpty();
    }

    @Test
    void to_a_publication_of_all_tables_none_is_added_and_what_it_lacks_is_said() {
        bench.execute(
                "create publication everything for all tables with (publish_via_partition_root = true)",
                "create table parts (id int primary key) partition by range (id)",
                "create table part partition of parts for values from (0) to (10)");
        SourceTable<Row> part = SourceTable.rows("public.part");

        assertThat(refusal(() -> bench.check(part).publish("everything", Set.of())))
                .hasMessageContaining("publication 'everything' publishes changes of [public.part] under the name");
        bench.check(SourceTable.rows("public.parts")).publish("everything", Set.of());
    }

    @Test
    void a_table_that_is_dropped_meanwhile_is_not_taken_for_one_that_a_publication_of_all_tables_lacks() {
        bench.execute("create publication everything for all tables");
        SourceSetup checked = bench.check();
        bench.execute("drop table a");

        assertThat(refusal(() -> checked.mendPublication("everything")))
                .hasMessageContaining("table public.a was dropped or created again");
    }

    @Test
    void a_publication_of_a_schema_is_widened_by_a_table_of_another_one() {
        bench.execute(
                "create schema other",
                "create table other.b (id int primary key)",
                "create publication one_schema for tables in schema other");

        bench.check().publish("one_schema", Set.of());

        bench.check().publish("one_schema", CAPTURED);
    }

    @Test
    void a_user_who_may_not_publish_is_told_what_the_owner_must_run() {
        bench.execute("drop publication pub");
        Role role = new Role(bench, "login replication");
        bench.execute("grant select on a to " + role.name());
        try {
            role.become();
            assertThat(refusal(() -> bench.check().publish("pub", Set.of())).findings())
                    .singleElement()
                    .satisfies(finding -> {
                        assertThat(finding.kind()).isEqualTo(FindingKind.PUBLICATION);
                        assertThat(finding.text())
                                .contains("user '" + role.name() + "' may not change that")
                                .contains("let the owner of the tables run: CREATE PUBLICATION");
                    });
        } finally {
            role.drop();
        }
    }

    @Test
    void a_replica_identity_that_is_nothing_or_changed_is_found() {
        SourceInspection inspection = bench.inspection();
        List<SourceTable<?>> tables = List.of(Bench.A);
        assertThat(inspection.inspect(tables, bench.record(), bench::first, true))
                .isEmpty();

        bench.execute("alter table a replica identity full");
        Finding changed =
                finding(inspection.inspect(tables, bench.record(), bench::first, true), FindingKind.REPLICA_IDENTITY);
        assertThat(changed.severity()).isEqualTo(Severity.WAIT);
        assertThat(changed.text()).contains("public.a", "changed while the engine runs", "restart");

        bench.execute("alter table a replica identity nothing");
        Finding nothing = finding(bench.inspect(bench.first(), true), FindingKind.REPLICA_IDENTITY);
        assertThat(nothing.severity()).isEqualTo(Severity.REFUSED);
        assertThat(nothing.text())
                .contains("REPLICA IDENTITY NOTHING", "ALTER TABLE \"public\".\"a\" REPLICA IDENTITY DEFAULT");
        assertThat(refusal(() -> bench.check()))
                .hasMessageContaining("table public.a has a key but REPLICA IDENTITY NOTHING");
    }

    @Test
    void privileges_that_are_missing_are_all_named_and_only_warned_of_while_the_engine_runs() {
        Role role = new Role(bench, "login");
        try {
            role.become();
            assertThat(refusal(() -> bench.check()))
                    .hasMessageContainingAll(
                            "user '" + role.name() + "' may not replicate",
                            "ALTER ROLE " + role.name() + " REPLICATION",
                            "may not read table public.a",
                            "GRANT SELECT ON \"public\".\"a\" TO \"" + role.name() + "\"");
            assertThat(bench.inspect(bench.first(), true))
                    .extracting(Finding::kind, Finding::severity)
                    .containsOnly(tuple(FindingKind.PRIVILEGE, Severity.WARNING))
                    .hasSize(2);
            assertThat(bench.inspect(bench.first(), false))
                    .extracting(Finding::severity)
                    .containsOnly(Severity.REFUSED);
        } finally {
            role.drop();
        }
    }

    @Test
    void a_table_that_was_dropped_is_found_and_the_worst_stands_first() {
        bench.execute("drop table a", "select pg_drop_replication_slot('" + bench.slot + "')");

        assertThat(bench.inspect(bench.first(), true))
                .extracting(Finding::kind)
                .containsExactly(FindingKind.SLOT_MISSING, FindingKind.TABLE);
        assertThat(refusal(() -> bench.check()))
                .hasMessageContaining("table public.a does not exist in database " + bench.name);
    }
}
