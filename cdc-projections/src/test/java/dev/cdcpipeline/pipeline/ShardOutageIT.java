package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.testkit.PostgresSource;
import org.junit.jupiter.api.Test;

/** Two shards in one JVM, into the same tables, with their offsets in one table. */
class ShardOutageIT {

    @Test
    void a_shard_whose_server_is_away_says_so_and_catches_up_later_while_the_other_goes_on()
            throws InterruptedException {
        try (PostgresSource server = PostgresSource.start();
                Bench bench = new Bench().source("db0").source("db1", server)) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            try (Traffic reliable = Traffic.on(bench.db("db0"));
                    Traffic unreliable = Traffic.onUnreliable(bench.db("db1"))) {
                bench.awaitApplied(pipeline);

                server.kill9();
                Bench.eventually(
                        () -> assertThat(pipeline.status().shard("db1").state()).isEqualTo(ShardState.RETRYING));
                ShardStatus away = pipeline.status().shard("db1");
                assertThat(away.lastError().orElseThrow().message())
                        .contains("[db1]", Integer.toString(server.port()), "cannot be reached")
                        .doesNotContain("password");
                assertThat(away.lagBytes()).as("bytes behind, unknown").isEmpty();
                long commits = reliable.commits();
                Bench.eventually(() -> assertThat(reliable.commits()).isGreaterThan(commits + 50));
                bench.awaitApplied(pipeline, "db0");
                assertThat(pipeline.status().shard("db0").state()).isEqualTo(ShardState.STREAMING);
                assertThat(pipeline.status().shard("db0").lastError()).isEmpty();
                assertThat(pipeline.status().shard("db1").state()).isEqualTo(ShardState.RETRYING);

                long before = unreliable.commits();
                server.restart();
                Bench.eventually(() -> assertThat(unreliable.commits()).isGreaterThan(before + 10));
                Bench.eventually(
                        () -> assertThat(pipeline.status().shard("db1").state()).isEqualTo(ShardState.STREAMING));
            }
            bench.awaitApplied(pipeline);

            bench.assertExact();
            assertThat(pipeline.status().shard("db1").lastError())
                    .as("the newest error, though overcome")
                    .isPresent();
            pipeline.close();
            bench.assertNothingLeftBehind();
        }
    }
}
