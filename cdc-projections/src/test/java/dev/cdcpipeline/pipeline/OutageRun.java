package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;

/** A read model whose server is away for a while under load; the pipeline's memory is on another server. */
final class OutageRun {
    /** Timing decides no test: the goal is 5 seconds, and the figure is printed. */
    private static final Duration GENEROUS = Duration.ofSeconds(30);

    private OutageRun() {}

    static void go(Duration away) throws InterruptedException {
        try (PostgresSource server = PostgresSource.start();
                TestDatabase home = PostgresSource.shared().freshDatabase("home");
                Bench bench = new Bench(server).source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(
                    bench.builder().offsets(JdbcOffsets.in(home.dataSource())).target(bench.mirror()));
            try (Traffic traffic = Traffic.on(bench.source())) {
                bench.awaitApplied(pipeline);
                long engines = bench.status(pipeline).counters().engineStarts();

                server.stop();
                Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DEGRADED));
                awaitEnd(pipeline, traffic, away);
                server.restart();
                long back = System.nanoTime();
                Bench.eventually(
                        () -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
                Duration recovered = since(back);
                bench.awaitApplied(pipeline);

                System.out.printf(
                        "away for %s: works again %.1f s after it was back, and has applied everything after %.1f s%n",
                        away, seconds(recovered), seconds(since(back)));
                assertThat(recovered).as("time to recover").isLessThan(GENEROUS);
                Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP));
                assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING);
                assertThat(bench.status(pipeline).counters().engineStarts())
                        .as("engine starts")
                        .isEqualTo(engines);
                assertThat(bench.status(pipeline).epoch()).hasValue(1);
            }
            bench.awaitApplied(pipeline);
            bench.assertExact();
            bench.assertNoLetters();
        }
    }

    private static void awaitEnd(CdcPipeline pipeline, Traffic traffic, Duration away) {
        long until = System.nanoTime() + away.toNanos();
        long commits = traffic.commits();
        await("the outage is over").atMost(away.plus(Bench.PATIENCE)).until(() -> {
            assertThat(pipeline.health().status()).as("health meanwhile").isEqualTo(HealthStatus.DEGRADED);
            assertThat(pipeline.status().shard("db0").state()).isEqualTo(ShardState.RETRYING);
            return System.nanoTime() > until && traffic.commits() > commits + 100;
        });
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1e3;
    }
}
