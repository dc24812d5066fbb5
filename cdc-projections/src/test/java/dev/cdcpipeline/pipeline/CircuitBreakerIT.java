package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.projection.jdbc.ChangeHandler;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import org.junit.jupiter.api.Test;

/** A projection that fails at everything has a bug: its shard stops instead of filling the dead letters. */
class CircuitBreakerIT {
    private static final ChangeHandler<Item> BROKEN = (change, handle) -> {
        if (change.source().shard().equals("db0")) {
            throw new IllegalStateException("no change is good enough");
        }
        Bench.log(change, handle);
    };

    @Test
    void a_projection_that_throws_always_stops_its_shard_alone_with_next_to_nothing_parked_and_is_exact_once_mended()
            throws InterruptedException {
        try (Bench bench = new Bench().source("db0").source("db1")) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(target(bench, BROKEN)));
            try (Traffic traffic = Traffic.on(bench.db("db0"));
                    Traffic beside = Traffic.on(bench.db("db1"))) {
                Bench.eventually(
                        () -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.FAILED));
                assertThat(bench.status(pipeline).lastError().orElseThrow().message())
                        .contains("[db0]", "mirror", "applied", "no change is good enough", "parkingLimits", "restart");
                long commits = beside.commits();
                Bench.eventually(() -> assertThat(beside.commits()).isGreaterThan(commits + 50));
                bench.awaitApplied(pipeline, "db1");
                assertThat(pipeline.status().shard("db1").state()).isEqualTo(ShardState.STREAMING);
                assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DOWN);
                assertThat(traffic.commits()).isPositive();
            }
            assertThat(bench.readModel()
                            .queryLong("select count(*) from cdc_dead_letter where error_class is not null"))
                    .as("failed and parked before it was noticed")
                    .isLessThan(ParkingLimits.standard().minimum());
            pipeline.close();

            CdcPipeline mended = bench.start(bench.builder().target(target(bench, Bench::log)));
            Bench.replayAll(mended);
            bench.awaitApplied(mended);
            Bench.replayAll(mended);
            bench.assertNoLetters();
            bench.assertExact();
        }
    }

    private static JdbcTarget target(Bench bench, ChangeHandler<Item> handler) {
        return bench.views("mirror")
                .project(HandlerProjection.named("applied").on(Item.A, handler).on(Item.B, handler));
    }
}
