package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.testkit.PostgresSource;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The target's database goes away and comes back. */
class TargetOutageIT {

    @Test
    void a_target_that_was_away_gets_everything_once_and_a_pipeline_can_be_closed_while_it_is_away()
            throws InterruptedException {
        try (PostgresSource server = PostgresSource.start();
                Bench bench = new Bench(server).source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            try (Traffic traffic = Traffic.on(bench.source())) {
                bench.awaitApplied(pipeline);

                server.kill9();
                Bench.eventually(
                        () -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.RETRYING));
                assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                        .contains("[db0]", "target 'mirror'", "tried again")
                        .doesNotContain("password");
                long commits = traffic.commits();
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(commits + 100));
                server.restart();
                Bench.eventually(
                        () -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
                bench.awaitApplied(pipeline);

                server.kill9();
                Bench.eventually(
                        () -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.RETRYING));
                long began = System.nanoTime();
                pipeline.close();
                assertThat(Duration.ofNanos(System.nanoTime() - began))
                        .as("close()")
                        .isLessThan(Duration.ofSeconds(10));
                assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STOPPED);
                bench.assertNothingLeftBehind();
                server.restart();
            }
            CdcPipeline next = bench.start(bench.builder().target(bench.mirror()));
            bench.awaitApplied(next);
            bench.assertExact();
        }
    }

    @Test
    void a_read_model_that_was_away_under_load_is_exact_soon_after_it_is_back_without_a_dead_letter()
            throws InterruptedException {
        OutageRun.go(Duration.ofSeconds(12));
    }
}
