package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.testkit.PostgresSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two targets, of which one fails: the other must not notice more than that it waits. */
class FailingTargetIT {
    private static final String PAIRS =
            "select string_agg(n::text, ' ') from (select n from a_view where id in (-1, -2)"
                    + " union all select n from b_view where id = -1) pairs";

    @Test
    void while_one_target_is_away_the_other_has_whole_transactions_only_and_afterwards_both_are_exact()
            throws InterruptedException {
        try (PostgresSource server = PostgresSource.start();
                Bench bench = new Bench().source("db0");
                Bench other = new Bench(server).readingFrom(bench)) {
            CdcPipeline pipeline = bench.startLoaded(
                    bench.builder().target(bench.mirror("sound")).target(other.mirror("failing")));
            try (Traffic traffic = Traffic.on(bench.source())) {
                bench.awaitApplied(pipeline);
                server.kill9();
                Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DEGRADED));
                long commits = traffic.commits();
                Bench.eventually(() -> {
                    assertNothingTorn(bench);
                    assertThat(traffic.commits()).isGreaterThan(commits + 200);
                });
                server.restart();
                Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP));
            }
            bench.awaitApplied(pipeline);

            bench.assertExact();
            bench.assertNoLetters();
            other.assertExact();
            other.assertNoLetters();
        }
    }

    @Test
    void what_one_target_refuses_is_applied_in_the_other_and_afterwards_both_are_exact() throws InterruptedException {
        try (PostgresSource server = PostgresSource.start();
                Bench bench = new Bench().source("db0");
                Bench other = new Bench(server).readingFrom(bench)) {
            CdcPipeline pipeline = bench.startLoaded(
                    bench.builder().target(other.mirror("failing")).target(bench.mirror("sound")));
            RefusedRow.refuse(other);
            try (Traffic traffic = Traffic.on(bench.source())) {
                RefusedRow.awaitParked(other);
                server.killAndRestart(); // on top of it
                long commits = traffic.commits();
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(commits + 200));
            }
            bench.awaitApplied(pipeline);
            bench.assertExact();
            bench.assertNoLetters();
            RefusedRow.assertParked(other, bench.source());

            RefusedRow.accept(other);
            Bench.replayAll(pipeline);
            other.assertNoLetters();
            other.assertExact();
            bench.assertExact();
        }
    }

    private static void assertNothingTorn(Bench bench) {
        String numbers = bench.readModel().queryString(PAIRS);
        assertThat(List.of(numbers.split(" ")))
                .as("rows that are written together")
                .hasSize(3);
        assertThat(numbers.split(" ")).containsOnly(numbers.split(" ")[0]);
    }
}
