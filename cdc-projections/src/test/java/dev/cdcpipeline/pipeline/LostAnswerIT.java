package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TcpProxy;
import dev.cdcpipeline.testkit.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The network breaks between the target's commit and its answer, so that nobody knows whether the batch is there. */
class LostAnswerIT {
    private static final long ENOUGH = 20;

    private final PostgresSource server = PostgresSource.shared();

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void each_change_is_there_once_although_the_answers_to_many_commits_are_lost(int lostEach)
            throws InterruptedException {
        try (TcpProxy network = TcpProxy.to(server.host(), server.port());
                TestDatabase home = server.freshDatabase("home");
                Bench bench = new Bench(server, network).source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench, home));
            awaitLastStart(bench, pipeline);
            network.loseCommits(lostEach);
            try (Traffic traffic = Traffic.on(bench.source())) {
                Bench.eventually(() ->
                        assertThat(network.lostCommits()).as("lost answers").isGreaterThan(ENOUGH));
                assertThat(traffic.commits()).isPositive();
            }
            bench.awaitApplied(pipeline);

            bench.assertExact();
            bench.assertNoLetters();
        }
    }

    @Test
    void each_dead_letter_is_stored_once_and_replayed_once_although_the_answers_to_many_commits_are_lost()
            throws InterruptedException {
        try (TcpProxy network = TcpProxy.to(server.host(), server.port());
                TestDatabase home = server.freshDatabase("home");
                Bench bench = new Bench(server, network).source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench, home));
            RefusedRow.refuse(bench);
            awaitLastStart(bench, pipeline);
            network.loseCommits(2);
            try (Traffic traffic = Traffic.on(bench.source())) {
                RefusedRow.awaitParked(bench);
                Bench.eventually(() ->
                        assertThat(network.lostCommits()).as("lost answers").isGreaterThan(ENOUGH));
                assertThat(traffic.commits()).isPositive();
            }
            bench.awaitApplied(pipeline);
            RefusedRow.assertParked(bench, bench.source());

            RefusedRow.accept(bench);
            network.loseCommits(0);
            String order = pipeline.deadLetters().replay(DeadLetterFilter.all());
            // Of every two commits the second is lost: that of the step, whether or not that of the batch before it
            // was.
            network.loseCommits(2);
            Bench.eventually(bench::assertNoLetters);
            network.loseCommits(0);
            assertThat(pipeline.deadLetters().await(order, Bench.PATIENCE)).isTrue();
            bench.awaitApplied(pipeline);
            bench.assertNoLetters();
            bench.assertExact();
        }
    }

    /** The engine is started once more after the load; of the two commits of a start the second would be lost for ever. */
    private static void awaitLastStart(Bench bench, CdcPipeline pipeline) throws InterruptedException {
        Bench.eventually(() ->
                assertThat(bench.status(pipeline).counters().engineStarts()).isEqualTo(2));
        bench.awaitApplied(pipeline);
    }

    /** The pipeline's own memory stays in reach. */
    private static CdcPipelineBuilder builder(Bench bench, TestDatabase home) {
        return bench.builder().offsets(JdbcOffsets.in(home.dataSource())).target(bench.mirror());
    }
}
