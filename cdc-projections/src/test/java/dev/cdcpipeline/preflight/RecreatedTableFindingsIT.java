package dev.cdcpipeline.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.internal.postgres.SourceTableInfo;
import dev.cdcpipeline.testkit.PostgresSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is found of a table that is another one than before. */
class RecreatedTableFindingsIT {
    private static final String CREATE = "create table a (id bigint primary key, val text)";

    private static List<Finding> look(Bench bench, Map<TableName, SourceTableInfo> prepared) {
        return bench.inspection().inspect(List.of(Bench.A), bench.record(), bench::first, true, prepared);
    }

    @Test
    void while_an_engine_runs_it_is_no_gap_that_the_publication_lacks_it() throws InterruptedException {
        try (Bench bench = new Bench(PostgresSource.shared())) {
            bench.started();
            Map<TableName, SourceTableInfo> prepared = bench.check().tables();
            assertThat(look(bench, prepared)).isEmpty();

            bench.execute("drop table a", CREATE);
            assertThat(look(bench, prepared)).singleElement().satisfies(finding -> {
                assertThat(finding.kind()).isEqualTo(FindingKind.TABLE);
                assertThat(finding.severity()).isEqualTo(Severity.WAIT);
                assertThat(finding.message()).isEqualTo("table public.a was dropped or created again");
            });
        }
    }

    @Test
    void one_that_left_the_publication_alone_is_a_gap_still() throws InterruptedException {
        try (Bench bench = new Bench(PostgresSource.shared())) {
            bench.started();
            bench.execute("alter publication pub drop table a");

            assertThat(look(bench, bench.check().tables()))
                    .extracting(Finding::kind)
                    .containsExactly(FindingKind.PUBLICATION_GAP);
        }
    }

    @Test
    void what_keeps_the_table_and_changes_its_file_is_not_noticed() throws InterruptedException {
        try (Bench bench = new Bench(PostgresSource.shared())) {
            bench.started();
            Map<TableName, SourceTableInfo> prepared = bench.check().tables();
            bench.execute("truncate a", "vacuum full a", "alter table a alter val type varchar(20)");

            assertThat(look(bench, prepared)).isEmpty();
        }
    }

    @Test
    void one_that_goes_in_the_middle_of_a_preparation_is_looked_at_again() throws InterruptedException {
        try (Bench bench = new Bench(PostgresSource.shared())) {
            bench.started();
            SourceSetup setup = bench.check();
            bench.execute("drop table a", CREATE);

            PreflightException refusal = Bench.refusal(() -> setup.publish("pub", Bench.CAPTURED));
            assertThat(refusal.severity()).isEqualTo(Severity.WAIT);
        }
    }
}
