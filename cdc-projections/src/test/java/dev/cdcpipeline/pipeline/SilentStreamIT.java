package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardState;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A walsender that stands still: the connection is there, the source answers, and nothing comes. */
class SilentStreamIT {

    @Test
    void a_stream_that_is_silent_is_not_said_to_be_well_although_debezium_makes_heartbeats_of_its_own()
            throws InterruptedException, IOException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            bench.awaitApplied(pipeline);
            Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP));
            String walsender = bench.source()
                    .queryString("select active_pid::text from pg_replication_slots"
                            + " where database = current_database() and active_pid is not null");
            signal("-STOP", walsender);
            try {
                bench.source().execute("insert into a values (1, 'not seen', 1)");

                Bench.eventually(() -> {
                    assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DEGRADED);
                    assertThat(pipeline.health().shards().get(0).reason())
                            .contains("the offset has not moved", "no heartbeat came back");
                    assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.RETRYING);
                });
                Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.DOWN));
                assertThat(Bench.rows(bench.readModel(), "select val from a_view"))
                        .isEmpty();
            } finally {
                signal("-CONT", walsender);
            }

            bench.awaitApplied(pipeline);
            Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP));
            bench.assertExact();
        }
    }

    private static void signal(String signal, String pid) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("sh", "-c", "kill " + signal + " " + pid)
                        .start()
                        .waitFor())
                .isZero();
    }
}
