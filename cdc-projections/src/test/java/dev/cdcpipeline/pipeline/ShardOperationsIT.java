package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.ShardOperations;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.SlotStatus;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an operator asks of a shard. */
class ShardOperationsIT {

    private static CdcPipelineBuilder builder(Bench bench) {
        return bench.builder().target(bench.mirror()).leaseTime(Duration.ofSeconds(3));
    }

    @Test
    void a_paused_shard_stands_still_also_after_a_restart_and_goes_on_where_it_was() throws InterruptedException {
        try (Bench bench = new Bench().source("db0").source("db1")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench));
            bench.db("db0").execute("insert into a values (1, 'before', 1)");
            bench.awaitApplied(pipeline);

            pipeline.shard("db0").pause();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));
            bench.db("db0").execute("insert into a values (2, 'meanwhile', 2)");
            bench.db("db1").execute("insert into a values (2, 'meanwhile', 2)");
            bench.awaitApplied(pipeline, "db1");
            assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP);
            pipeline.close();

            CdcPipeline again = bench.start(builder(bench));
            Bench.eventually(() -> {
                assertThat(again.status().shard("db1").state()).isEqualTo(ShardState.STREAMING);
                assertThat(again.status().shard("db0").state()).isEqualTo(ShardState.PAUSED);
            });
            assertThat(Bench.rows(bench.readModel(), "select val from a_view where shard = 'db0'"))
                    .containsExactly("before");
            assertThat(Bench.slots(bench.db("db0"), "not active")).hasSize(1);

            again.shard("db0").resume();
            bench.awaitApplied(again);
            bench.assertExact();
        }
    }

    @Test
    void a_process_that_does_not_run_the_shard_can_pause_and_resume_it() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench));
            CdcPipeline console = bench.keep(builder(bench).instance("console").build());

            console.shard("db0").pause();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));
            assertThat(pipeline.health().shards().get(0).reason()).contains("console");

            console.shard("db0").resume();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
        }
    }

    @Test
    void a_restart_gives_the_shard_a_new_engine() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench));
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.STREAMING));
            long engines = bench.status(pipeline).counters().engineStarts();

            pipeline.shard("db0").restart();

            Bench.eventually(() ->
                    assertThat(bench.status(pipeline).counters().engineStarts()).isEqualTo(engines + 1));
            bench.source().execute("insert into a values (1, 'after', 1)");
            bench.awaitApplied(pipeline);
            bench.assertExact();
            assertThat(bench.status(pipeline).counters().failures()).isZero();
        }
    }

    @Test
    void a_shard_is_dropped_only_when_it_stands_still_and_only_by_its_name() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench));
            ShardOperations shard = pipeline.shard("db0");
            CdcPipeline console = bench.keep(builder(bench).instance("console").build());

            assertThatThrownBy(() -> shard.drop("db0"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("pause it");
            assertThatThrownBy(() -> console.shard("db0").drop("db0"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("runs the shard");
            shard.pause();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));
            assertThatThrownBy(() -> shard.drop("db1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("db0");
            assertThat(Bench.slots(bench.source(), "true")).hasSize(1);
            assertThat(pipeline.slots().get(0).exists()).isTrue();

            shard.drop("db0");

            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
            assertThat(Bench.rows(bench.readModel(), "select target from cdc_offset where boundary is not null"))
                    .isEmpty();
            assertThat(Bench.rows(bench.readModel(), "select slot_name from cdc_slot"))
                    .isEmpty();
            assertThat(pipeline.slots().get(0).exists()).isFalse();

            bench.source().execute("insert into a values (1, 'anew', 1)", "truncate journal");
            shard.resume();
            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
            bench.awaitApplied(pipeline);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_shard_can_be_dropped_although_a_captured_table_and_a_view_are_gone_and_the_target_is_slow()
            throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench).leaseTime(Duration.ofSeconds(1)));
            pipeline.shard("db0").pause();
            Bench.eventually(() -> assertThat(bench.status(pipeline).state()).isEqualTo(ShardState.PAUSED));
            bench.source().execute("drop table a");
            bench.readModel()
                    .execute(
                            "drop table b_view",
                            "create function slow() returns trigger language plpgsql as"
                                    + " $$ begin perform pg_sleep(2); return new; end $$",
                            "create trigger slow before update on cdc_offset for each row when (new.boundary is null)"
                                    + " execute function slow()",
                            "create table takes (expired_before boolean)",
                            "create function took() returns trigger language plpgsql as $$ begin"
                                    + " insert into takes values (old.expires_at < clock_timestamp()); return new; end $$",
                            "create trigger took before update on cdc_lease for each row"
                                    + " when (old.epoch = new.epoch) execute function took()");

            pipeline.shard("db0").drop("db0");

            assertThat(Bench.slots(bench.source(), "true")).isEmpty();
            assertThat(Bench.rows(bench.readModel(), "select target from cdc_offset where boundary is not null"))
                    .isEmpty();
            assertThat(Bench.rows(bench.readModel(), "select slot_name from cdc_slot"))
                    .isEmpty();
            assertThat(Bench.rows(bench.readModel(), "select expired_before from takes"))
                    .as("the lease was renewed in time, while it was slow")
                    .hasSizeGreaterThan(2)
                    .doesNotContain("true", "t");
        }
    }

    @Test
    void slots_are_listed_with_how_far_they_are() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(builder(bench));
            Bench.eventually(() -> {
                assertThat(pipeline.slots()).hasSize(1);
                assertThat(pipeline.slots().get(0).active()).isTrue();
                assertThat(pipeline.slots().get(0).lagBytes()).isPresent();
                assertThat(pipeline.slots().get(0).retainedBytes()).isPresent();
            });
        }
    }

    @Test
    void the_slots_of_other_shards_are_listed_when_a_source_cannot_be_asked() throws Exception {
        try (Bench bench = new Bench().source("db0").source("db1")) {
            CdcPipeline pipeline = bench.keep(CdcPipeline.builder()
                    .name("bench")
                    .offsets(JdbcOffsets.in(bench.pool()))
                    .target(bench.mirror())
                    .shard(bench.shard("db0").port(Bench.closedPort()).build())
                    .shard(bench.shard("db1").build())
                    .build());

            List<SlotStatus> slots = pipeline.slots();

            assertThat(slots).extracting(SlotStatus::shard).containsExactly("db0", "db1");
            assertThat(slots.get(0).trouble())
                    .hasValueSatisfying(trouble -> assertThat(trouble).contains("[db0]"));
            assertThat(slots.get(1).trouble()).isEmpty();
        }
    }
}
