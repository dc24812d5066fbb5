package dev.cdcpipeline.preflight;

import static dev.cdcpipeline.preflight.Bench.finding;
import static dev.cdcpipeline.preflight.Bench.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.testkit.PostgresSource;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a table's key and REPLICA IDENTITY: by what rows can be known, and what the server refuses. */
class KeyFindingsIT {
    private static final SourceTable<Row> HISTORY = SourceTable.rows("public.pgbench_history");
    private static final SourceTable<Row> T = SourceTable.rows("public.t");

    private Bench bench;

    @BeforeEach
    void open() {
        bench = new Bench(PostgresSource.shared());
        bench.execute("create table pgbench_history (tid int, delta int, mtime timestamp, filler char(22))");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @ParameterizedTest
    @EnumSource(
            value = FirstLoad.class,
            names = {"SNAPSHOT", "NONE"})
    void a_table_without_a_key_is_captured_with_a_warning_of_what_the_server_refuses(FirstLoad load) {
        bench.shard().firstLoad(load);

        bench.check(HISTORY).publish("pub", Set.of());

        Finding warning = finding(bench.look(bench.inspection(), HISTORY), FindingKind.REPLICA_IDENTITY);
        assertThat(warning.severity()).isEqualTo(Severity.WARNING);
        assertThat(warning.text())
                .contains(
                        "table public.pgbench_history has no key",
                        "refuses every UPDATE and DELETE of it",
                        "its INSERT and TRUNCATE come",
                        "ALTER TABLE \"public\".\"pgbench_history\" REPLICA IDENTITY FULL");
        assertThatThrownBy(() -> bench.execute("update pgbench_history set delta = 1 where tid = 1"))
                .as("what the warning says")
                .hasStackTraceContaining("does not have a replica identity");
    }

    @Test
    void a_table_without_a_key_cannot_be_loaded_in_chunks_and_its_remedies_are_said() {
        assertThat(refusal(() -> bench.check(HISTORY)))
                .hasMessageContainingAll(
                        "table public.pgbench_history has no primary key", "FirstLoad.SNAPSHOT", "FirstLoad.NONE");
    }

    @Test
    void a_deferrable_primary_key_is_none_because_the_server_tells_no_rows_by_it() {
        bench.execute("create table t (a int, v text, primary key (a) deferrable)");
        assertThat(refusal(() -> bench.check(T)))
                .hasMessageContainingAll(
                        "table public.t has no primary key but a DEFERRABLE one", "add one that is not");

        bench.disconnect();
        bench.shard().firstLoad(FirstLoad.SNAPSHOT);
        bench.check(T).publish("pub", Set.of());
        assertThat(finding(bench.look(bench.inspection(), T), FindingKind.REPLICA_IDENTITY)
                        .text())
                .contains("table public.t has no key", "add a primary key that is not DEFERRABLE");
        assertThatThrownBy(() -> bench.execute("insert into t values (1)", "update t set a = 2"))
                .hasStackTraceContaining("does not have a replica identity");
    }

    @Test
    void a_table_without_a_key_that_logs_whole_rows_is_nothing_to_speak_of() {
        bench.shard().firstLoad(FirstLoad.SNAPSHOT);
        bench.execute("alter table pgbench_history replica identity full");

        bench.check(HISTORY).publish("pub", Set.of());

        assertThat(bench.look(bench.inspection(), HISTORY)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create table t (a int, b text, v text, primary key (b, a))",
                "create table t (a int not null, v text);create unique index t_a on t (a);"
                        + "alter table t replica identity using index t_a",
                "create table t (a int primary key, v text);alter table t replica identity full",
                "create table t (a int, v text, primary key (a) deferrable);alter table t replica identity full",
                "create table t (a int generated always as identity primary key, v text)"
            })
    void a_key_of_any_form_is_fine(String statements) {
        bench.execute(statements.split(";"));

        bench.check(T).publish("pub", Set.of());

        assertThat(bench.look(bench.inspection(), T)).isEmpty();
    }

    @Test
    void a_projection_that_needs_whole_rows_is_told_the_statement_for_them() {
        bench.execute("create table t (a int primary key, v text)");
        SourceTable<Row> full = T.requireFullIdentity();

        assertThat(refusal(() -> bench.check(full)))
                .hasMessageContainingAll(
                        "needs the whole row as it was",
                        "table public.t",
                        "run ALTER TABLE \"public\".\"t\" REPLICA IDENTITY FULL");
        assertThat(finding(bench.look(bench.inspection(), full), FindingKind.REPLICA_IDENTITY)
                        .severity())
                .as("also while an engine runs")
                .isEqualTo(Severity.REFUSED);

        bench.execute("alter table t replica identity full");
        bench.check(full);
    }

    @Test
    void a_table_that_others_inherit_from_is_refused_because_a_load_would_read_their_rows() {
        bench.execute("create table t (a int primary key)", "create table t_child (b int) inherits (t)");

        assertThat(refusal(() -> bench.check(T))).hasMessageContaining("tables inherit from public.t");

        bench.disconnect();
        bench.shard().firstLoad(FirstLoad.NONE);
        bench.check(T);
    }
}
