package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.monitor.ShardState;
import org.junit.jupiter.api.Test;

/** The same pipeline is started for a second time while the first still runs. */
class TakeoverIT {

    @Test
    void the_newer_start_takes_over_and_the_older_one_stops_and_says_why() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline older = bench.startLoaded(bench.builder().target(bench.mirror()));
            CdcPipeline newer =
                    bench.keep(bench.builder().target(bench.mirror()).build());
            try (Traffic traffic = Traffic.on(bench.source())) {
                bench.awaitApplied(older);

                newer.start();
                Bench.eventually(() -> assertThat(bench.status(older).state()).isEqualTo(ShardState.FAILED));
                assertThat(bench.status(older).lastError().orElseThrow().message())
                        .contains("[db0]", "target 'mirror'", "another owner")
                        .doesNotContain("[db0] [db0]");
                assertThatThrownBy(older::awaitTermination)
                        .isInstanceOf(CdcException.class)
                        .hasMessageContaining("another owner");

                bench.awaitApplied(newer);
                long commits = traffic.commits();
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(commits + 100));
                bench.awaitApplied(newer);
                assertThat(bench.status(newer).state()).isEqualTo(ShardState.STREAMING);
            }
            bench.awaitApplied(newer);
            bench.assertExact();
            older.close();
            newer.close();
            bench.assertNothingLeftBehind();
        }
    }
}
