package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tables that are read again beside the stream, on request. */
class BackfillIT {
    private static final int ROWS = 5_000;

    private static Bench loaded() {
        Bench bench = new Bench().source("db0");
        bench.source()
                .execute(
                        "insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i",
                        "insert into b select i, 'old', i from generate_series(1, " + ROWS + ") i",
                        "truncate journal");
        return bench;
    }

    private static HandlerProjection reads(AtomicInteger count) {
        return HandlerProjection.named("reads").on(Item.A, (change, handle) -> {
            if (change.operation() == Operation.READ) {
                count.incrementAndGet();
            }
        });
    }

    @Test
    void a_backfill_puts_one_view_right_under_traffic_and_disturbs_no_other_projection() throws InterruptedException {
        AtomicInteger reads = new AtomicInteger();
        try (Bench bench = loaded()) {
            JdbcTarget target = bench.views("mirror").project(reads(reads));
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(target));
            reads.set(0);
            bench.readModel()
                    .execute(
                            "update a_view set val = 'spoilt' where id % 10 = 0",
                            "delete from a_view where id % 10 = 1",
                            "insert into a_view values ('db0', 1000001, 'ghost', 1)",
                            "insert into a_view values ('db9', 1000001, 'of another shard', 1)");
            try (Traffic traffic = Traffic.on(bench.source())) {
                String id = pipeline.backfill("a_view");
                assertThat(pipeline.awaitBackfill(id, Bench.PATIENCE)).isTrue();
                assertThat(traffic.commits()).isPositive();
            }
            bench.awaitApplied(pipeline);

            assertThat(reads.get())
                    .as("rows that the other projection was given")
                    .isZero();
            bench.readModel().execute("delete from a_view where shard = 'db9' and val = 'of another shard'");
            bench.assertViewsEqualSources();
            Backfill done = pipeline.backfills().get(0);
            assertThat(done.state()).isEqualTo(BackfillState.DONE);
            assertThat(done.startedAt()).isPresent();
            assertThat(done.endedAt()).isPresent();
        }
    }

    @Test
    void several_backfills_at_once_and_one_of_a_single_table_all_come_to_their_end() throws InterruptedException {
        try (Bench bench = loaded()) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            bench.readModel().execute("delete from a_view where id > 100", "delete from b_view where id > 100");

            String ofA = pipeline.backfill("a_view");
            String ofB = pipeline.backfill("mirror", "b_view", Item.B.name());
            String ofBoth = pipeline.backfill("mirror", "applied");

            for (String id : List.of(ofA, ofB, ofBoth)) {
                assertThat(pipeline.awaitBackfill(id, Bench.PATIENCE)).as(id).isTrue();
            }
            assertThat(pipeline.backfills()).allMatch(backfill -> backfill.state() == BackfillState.DONE);
            bench.awaitApplied(pipeline);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_backfill_is_asked_for_while_the_shard_is_paused_and_begins_when_it_goes_on() throws InterruptedException {
        try (Bench bench = loaded()) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            pipeline.shard("db0").pause();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));
            bench.readModel().execute("delete from a_view");

            String id = pipeline.backfill("a_view");
            assertThat(pipeline.backfills().get(0).state()).isEqualTo(BackfillState.REQUESTED);
            pipeline.shard("db0").resume();

            assertThat(pipeline.awaitBackfill(id, Bench.PATIENCE)).isTrue();
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_backfill_that_is_cancelled_before_it_began_never_begins() throws InterruptedException {
        try (Bench bench = loaded()) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            pipeline.shard("db0").pause();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));
            String id = pipeline.backfill("a_view");

            assertThat(pipeline.cancelBackfill(id)).isTrue();
            pipeline.shard("db0").resume();

            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
            assertThat(pipeline.backfills().get(0).state()).isEqualTo(BackfillState.CANCELLED);
            assertThat(pipeline.cancelBackfill(id)).as("for a second time").isFalse();
        }
    }

    @Test
    void a_backfill_of_what_does_not_exist_is_refused_at_once() throws InterruptedException {
        try (Bench bench = loaded()) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));

            assertThatThrownBy(() -> pipeline.backfill("c_view"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("c_view");
            assertThatThrownBy(() -> pipeline.backfill("elsewhere", "a_view"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("elsewhere");
            assertThatThrownBy(() -> pipeline.backfill("mirror", "a_view", Item.B.name()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("public.b");
        }
    }

    @Test
    void a_backfill_leaves_the_rows_that_another_pipeline_has_in_the_same_view() throws InterruptedException {
        try (Bench bench = new Bench().source("db0").source("db1")) {
            bench.readModel().execute("create table both_view (id bigint primary key, val text, n int)");
            bench.db("db0").execute("insert into a values (1, 'of p0', 1), (2, 'of p0, too', 1)");
            bench.db("db1").execute("insert into a values (11, 'of p1', 1)");
            CdcPipeline mine = bench.startLoaded(intoBothView(bench, "p0", "db0"));
            bench.startLoaded(intoBothView(bench, "p1", "db1"));

            String id = mine.backfill("both_view");

            assertThat(mine.awaitBackfill(id, Bench.PATIENCE)).isTrue();
            assertThat(Bench.rows(bench.readModel(), "select val from both_view order by id"))
                    .containsExactly("of p0", "of p0, too", "of p1");
        }
    }

    private static CdcPipelineBuilder intoBothView(Bench bench, String pipeline, String shard) {
        return CdcPipeline.builder()
                .name(pipeline)
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard(shard).build())
                .target(JdbcTarget.named("t", bench.pool())
                        .project(UpsertProjection.from(Item.A).into("both_view").build()));
    }
}
