package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.CloseReport;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A projection that takes no notice of its interrupt. */
class UncleanCloseIT {
    private static final Duration LEASE = Duration.ofSeconds(2);

    @Test
    void a_close_that_could_not_stop_the_engine_says_so_and_no_second_engine_starts_before_the_slot_is_free()
            throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean letGo = new AtomicBoolean();
        HandlerProjection stubborn = HandlerProjection.named("stubborn").on(Item.A, (change, handle) -> {
            begun.countDown();
            while (!letGo.get()) {
                Thread.onSpinWait();
                Thread.interrupted();
            }
        });
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline stuck = bench.startLoaded(builder(bench, bench.mirror().project(stubborn)));
            bench.source().execute("insert into a values (1, 'stuck', 1)");
            begun.await();

            long began = System.nanoTime();
            CloseReport report = stuck.shutdown();

            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(30));
            assertThat(report.isClean()).isFalse();
            assertThat(report.late()).containsExactly("db0");

            CdcPipeline next = bench.start(builder(bench, bench.mirror()));
            Bench.eventually(() -> {
                assertThat(bench.status(next).state()).isEqualTo(ShardState.RETRYING);
                assertThat(bench.status(next).lastError().orElseThrow().message())
                        .contains("[db0]", "slot 'cdc_bench_db0'", "is read by another process");
            });
            assertThat(bench.status(next).counters().engineStarts()).isZero();

            letGo.set(true);
            bench.awaitApplied(next);
            bench.assertExact();
            next.close();
            bench.assertNothingLeftBehind();
        }
    }

    private static CdcPipelineBuilder builder(Bench bench, JdbcTarget target) {
        return bench.builder().target(target).leaseTime(LEASE).shutdownTimeout(Duration.ofSeconds(3));
    }
}
