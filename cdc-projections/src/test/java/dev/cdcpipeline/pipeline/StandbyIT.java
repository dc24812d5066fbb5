package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardState;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The same pipeline in several instances, here in one process; the leases are in their home database. */
class StandbyIT {
    private static final Duration LEASE = Duration.ofSeconds(3);

    private static CdcPipelineBuilder builder(Bench bench) {
        return bench.builder().target(bench.mirror()).leaseTime(LEASE);
    }

    @Test
    void a_second_instance_stands_by_and_goes_on_at_once_when_the_first_is_closed() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline first = bench.startLoaded(builder(bench).instance("first"));
            CdcPipeline second = bench.start(builder(bench).instance("second"));
            assertThat(second.awaitLoaded(Bench.PATIENCE))
                    .as("a shard that the first runs does not count")
                    .isTrue();
            try (Traffic traffic = Traffic.on(bench.source())) {
                bench.awaitApplied(first);
                Bench.eventually(() -> assertThat(bench.status(second).state()).isEqualTo(ShardState.STANDBY));
                assertThat(bench.status(second).owner().orElseThrow()).contains("first");
                assertThat(second.health().status()).isEqualTo(HealthStatus.UP);
                assertThat(second.health().shards().get(0).reason()).contains("first", "has the lease");
                assertThat(bench.status(first).epoch()).isPresent();
                assertThat(bench.status(second).epoch()).isEmpty();
                long commits = traffic.commits();
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(commits + 50));

                assertThat(first.shutdown().isClean()).isTrue();
                long closed = System.nanoTime();
                Bench.eventually(() -> assertThat(bench.status(second).state()).isEqualTo(ShardState.STREAMING));
                assertThat(Duration.ofNanos(System.nanoTime() - closed))
                        .as("taken over without waiting for the lease to expire, on whatever machine")
                        .isLessThan(Duration.ofSeconds(30));
                bench.awaitApplied(second);
            }
            bench.awaitApplied(second);
            bench.assertExact();
            second.close();
            bench.assertNothingLeftBehind();
        }
    }

    @Test
    void shards_spread_over_two_instances_and_stay_where_they_are() throws InterruptedException {
        try (Bench bench = new Bench().source("db0").source("db1")) {
            CdcPipeline first = bench.startLoaded(builder(bench).instance("first"));
            CdcPipeline second = bench.start(builder(bench).instance("second"));
            try (Traffic traffic0 = Traffic.on(bench.db("db0"));
                    Traffic traffic1 = Traffic.on(bench.db("db1"))) {
                Bench.eventually(() -> {
                    assertThat(owned(first)).isEqualTo(1);
                    assertThat(owned(second)).isEqualTo(1);
                });
                long epochs = epochs(first) + epochs(second);
                long commits = traffic0.commits() + traffic1.commits();
                long until = System.nanoTime() + LEASE.multipliedBy(3).toNanos();
                Bench.eventually(() -> {
                    assertThat(System.nanoTime()).isGreaterThan(until);
                    assertThat(traffic0.commits() + traffic1.commits()).isGreaterThan(commits);
                });
                assertThat(epochs(first) + epochs(second))
                        .as("no shard has wandered")
                        .isEqualTo(epochs);
            }
            first.close();
            Bench.eventually(() -> assertThat(owned(second)).isEqualTo(2));
            bench.awaitApplied(second);
            bench.assertExact();
        }
    }

    private static long owned(CdcPipeline pipeline) {
        return pipeline.status().shards().stream()
                .filter(shard -> shard.epoch().isPresent())
                .count();
    }

    private static long epochs(CdcPipeline pipeline) {
        return pipeline.status().shards().stream()
                .mapToLong(shard -> shard.epoch().orElse(0))
                .sum();
    }
}
