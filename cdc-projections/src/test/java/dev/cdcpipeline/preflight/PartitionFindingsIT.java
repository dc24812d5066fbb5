package dev.cdcpipeline.preflight;

import static dev.cdcpipeline.preflight.Bench.finding;
import static dev.cdcpipeline.preflight.Bench.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.internal.postgres.PartitionWatch;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.testkit.PostgresSource;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of partitioned tables: publications of both modes, identities that differ, and what no stream tells. */
class PartitionFindingsIT {
    private static final SourceTable<Row> P = SourceTable.rows("public.p");

    private final PartitionWatch partitions = new PartitionWatch();
    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(PostgresSource.shared());
        bench.execute(
                "create table p (id int, k int, v text, primary key (id, k)) partition by range (k)",
                "create table p1 partition of p for values from (0) to (10)",
                "create table p2 partition of p for values from (10) to (20) partition by range (id)",
                "create table p2a partition of p2 for values from (0) to (100)",
                "create table p2b partition of p2 for values from (100) to (200)",
                "insert into p values (1, 1, 'a'), (2, 11, 'b'), (102, 12, 'c')");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private SourceInspection inspection() {
        return new SourceInspection(bench.source(), bench.slot, "pub", partitions);
    }

    private List<Finding> look() {
        return bench.look(inspection(), P);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create publication pub for table p with (publish_via_partition_root = true)",
                "create publication pub for table p with (publish_via_partition_root = false)",
                "create publication pub for all tables",
                "create publication pub for tables in schema public",
                "create publication pub for all tables with (publish_via_partition_root = true)"
            })
    void a_users_own_publication_of_either_mode_is_taken_as_it_is(String publication) {
        bench.execute(publication);
        String before = options();

        bench.check(P).publish("pub", Set.of());
        bench.check(P).publish("pub", Set.of(P.name()));

        assertThat(look()).isEmpty();
        assertThat(options()).isEqualTo(before);
        bench.execute("create table p3 partition of p for values from (20) to (30)");
        assertThat(look()).as("covers partitions to come").isEmpty();
    }

    private String options() {
        return bench.server.queryString(
                bench.name,
                "select concat(pubviaroot, puballtables, (select count(*) from pg_publication_rel),"
                        + " (select count(*) from pg_publication_namespace)) from pg_publication");
    }

    @Test
    void a_publication_of_some_partitions_is_no_publication_of_the_table() {
        bench.execute("create publication pub for table p1, p2");

        assertThat(finding(look(), FindingKind.PUBLICATION_GAP).text())
                .contains("does not publish [public.p]", "ALTER PUBLICATION \"pub\" ADD TABLE \"public\".\"p\"");
        bench.check(P).publish("pub", Set.of());

        assertThat(look()).isEmpty();
    }

    @Test
    void a_publication_that_leaves_rows_of_one_partition_out_is_found() {
        bench.execute("create publication pub for table p, p1 where (id > 5)");

        assertThat(refusal(() -> bench.check(P).publish("pub", Set.of())))
                .hasMessageContaining("publishes only some rows or columns of [public.p]");
    }

    @Test
    void a_table_and_its_partition_are_not_captured_both() {
        assertThat(refusal(() -> bench.check(P, SourceTable.rows("public.p2a"))))
                .hasMessageContainingAll("table public.p2a is a partition of public.p", "capture one of them");
    }

    @Test
    void a_partition_whose_changes_come_under_its_parents_name_is_refused() {
        bench.execute("create publication pub for table p with (publish_via_partition_root = true)");

        assertThat(refusal(() -> bench.check(SourceTable.rows("public.p1")).publish("pub", Set.of())))
                .hasMessageContainingAll(
                        "changes of [public.p1] under the name", "a publication that does not have it");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    alter table p replica identity full    | partitions [public.p1, public.p2a, public.p2b] of table public.p have another REPLICA IDENTITY | ALTER TABLE "public"."p2b" REPLICA IDENTITY FULL
                    alter table p1 replica identity nothing | table public.p (partitions [public.p1]) has a key but REPLICA IDENTITY NOTHING              | ALTER TABLE "public"."p1" REPLICA IDENTITY DEFAULT
                    """)
    void partitions_with_another_replica_identity_than_their_table_are_named(
            String statement, String message, String remedy) {
        bench.execute(statement);

        assertThat(refusal(() -> bench.check(P))).hasMessageContainingAll(message, remedy);
    }

    @Test
    void a_partition_that_logs_more_than_its_table_is_fine() {
        bench.execute("alter table p1 replica identity full");

        bench.check(P);
    }

    @Test
    void whole_rows_are_asked_of_the_table_and_of_each_partition() {
        bench.execute("alter table p1 replica identity full");

        assertThat(refusal(() -> bench.check(P.requireFullIdentity())))
                .hasMessageContainingAll("\"p\" REPLICA IDENTITY FULL", "\"p2a\" REPLICA IDENTITY FULL")
                .hasMessageNotContaining("\"p1\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    create table p4 (id int not null, k int not null, v text); insert into p4 values (4, 35, 'x'); alter table p attach partition p4 for values from (30) to (40) | public.p4 was attached
                    alter table p detach partition p1                                  | public.p1 was detached or dropped
                    drop table p2a                                                     | public.p2a was detached or dropped
                    alter table p detach partition p2                                  | public.p2b was detached or dropped
                    alter table p detach partition p1; alter table p attach partition p1 for values from (0) to (10) | public.p1 was attached
                    truncate p2b                                                       | public.p2b was emptied
                    truncate p2; insert into p values (2, 11, 'again')                 | public.p2a was emptied
                    """)
    void what_is_done_with_partitions_that_no_stream_tells_is_found_until_the_table_is_loaded_again(
            String statements, String event) {
        bench.check(P).publish("pub", Set.of());
        assertThat(look()).isEmpty();

        bench.execute(statements.split(";"));

        Finding found = finding(look(), FindingKind.PARTITIONS);
        assertThat(found.severity()).isEqualTo(Severity.WARNING);
        assertThat(found.text()).contains("of table public.p", event, "backfill");
        assertThat(finding(look(), FindingKind.PARTITIONS))
                .as("at the next look")
                .isEqualTo(found);

        partitions.loadedAnew(Set.of(P.name()));
        assertThat(look()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table p3 partition of p for values from (20) to (30); insert into p values (3, 25, 'new')",
                "begin; create table p3 partition of p for values from (20) to (30); insert into p values (3, 25, 'new'); commit",
                "create table p3 partition of p for values from (20) to (30); analyze p; drop table p3",
                "update p set k = 12 where id = 1",
                "truncate p",
                "truncate p; insert into p values (3, 5, 'new')",
                "alter table p alter v type varchar(50)",
                "delete from p1 where id = 1; vacuum full p1",
                "alter table p add w int default 7"
            })
    void what_the_stream_tells_is_no_finding(String statements) {
        bench.check(P).publish("pub", Set.of());
        assertThat(look()).isEmpty();

        bench.execute(statements.split(";"));

        assertThat(look()).noneMatch(finding -> finding.kind() == FindingKind.PARTITIONS);
    }
}
