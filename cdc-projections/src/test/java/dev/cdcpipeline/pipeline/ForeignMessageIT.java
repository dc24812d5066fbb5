package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import org.junit.jupiter.api.Test;

/** Another application writes non-transactional logical messages, which Debezium's read-only snapshot takes for transactions. */
class ForeignMessageIT {
    private static void message(Bench bench) {
        bench.source().execute("select pg_logical_emit_message(false, 'of another application', 'hello')");
    }

    @Test
    void a_message_during_and_after_a_load_is_passed_over_and_counts_as_no_failure() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            bench.source()
                    .execute(
                            "insert into a select i, 'old', i from generate_series(1, 30000) i",
                            "insert into b select i, 'old', i from generate_series(1, 30000) i",
                            "truncate journal");
            CdcPipeline pipeline = bench.start(bench.builder().target(bench.views("views")));
            Bench.eventually(() -> {
                message(bench);
                ShardStatus status = bench.status(pipeline);
                assertThat(status.state() == ShardState.STREAMING && status.isLoaded())
                        .as("loaded under messages: %s", status)
                        .isTrue();
            });
            for (int i = 0; i < 5; i++) {
                message(bench);
                bench.source().execute("update a set n = n + 1 where id = " + i);
                bench.awaitApplied(pipeline);
            }

            bench.assertViewsEqualSources();
            assertThat(bench.status(pipeline).counters().failures()).isZero();
            assertThat(bench.status(pipeline).lastError()).isEmpty();
        }
    }
}
