package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.PipelineHealth;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.pipeline.Bench;
import dev.cdcpipeline.pipeline.Item;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.shard.GapPolicy;
import dev.cdcpipeline.testkit.RedisServer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis loses what it has, all of it or the newest: it has everything again by itself, and nothing that is gone at the source. */
class RedisLossIT {
    private static final int ROWS = 600;
    private static RedisServer redis;

    private final List<Finding> losses = new CopyOnWriteArrayList<>();
    /** At each step of a load, and when a loss was noticed. */
    private final List<PipelineHealth> health = new CopyOnWriteArrayList<>();

    private final AtomicInteger readsOfOther = new AtomicInteger();
    private Bench bench;
    private volatile CdcPipeline pipeline;

    @BeforeAll
    static void startRedis() {
        redis = RedisServer.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @BeforeEach
    void fill() {
        redis.emptyRestart();
        bench = new Bench().source("db0");
        bench.source()
                .execute(
                        "insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i",
                        "insert into b select i, 'old', i from generate_series(1, 10) i",
                        "truncate journal");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private CdcPipeline start(CdcPipelineBuilder builder) throws InterruptedException {
        pipeline = bench.keep(builder.listener(new PipelineListener() {
                    @Override
                    public void found(Finding finding) {
                        if (finding.kind() == FindingKind.OFFSET_LOST) {
                            losses.add(finding);
                        }
                        health.add(pipeline.health());
                    }

                    @Override
                    public void loadProgress(String shard, LoadProgress progress) {
                        health.add(pipeline.health());
                    }
                })
                .build());
        pipeline.start();
        return pipeline;
    }

    private void startLoaded(CdcPipelineBuilder builder) throws InterruptedException {
        start(builder);
        assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
        bench.awaitApplied(pipeline);
        assertThat(losses).as("losses").isEmpty();
    }

    private void startLoaded() throws InterruptedException {
        startLoaded(bench.builder().target(Items.cache(redis)));
    }

    /** What must not be brought back, what must not be old, and what is new. */
    private void change() {
        bench.source()
                .execute(
                        "delete from a where id % 10 = 0",
                        "update a set val = 'changed' where id % 10 = 1",
                        "insert into a values (100001, 'new', 1) on conflict do nothing");
    }

    private void assertRepaired() {
        Items.awaitEqual(redis, bench.source());
        Bench.eventually(() -> assertThat(pipeline.health().status())
                .as("%s", pipeline.health())
                .isEqualTo(HealthStatus.UP));
    }

    /** Waits until the source may throw away what has been applied until now: it does not come again. */
    private void awaitAcknowledged() throws InterruptedException {
        String lsn = bench.source().queryString("select pg_current_wal_insert_lsn()");
        bench.awaitApplied(pipeline);
        Bench.eventually(() -> assertThat(Bench.rows(
                        bench.source(),
                        "select confirmed_flush_lsn >= '" + lsn + "'::pg_lsn from pg_replication_slots"
                                + " where database = current_database()"))
                .containsExactly("t"));
    }

    private void assertFoundOnceAndTold() {
        assertThat(losses).hasSize(1);
        assertThat(health).anySatisfy(then -> {
            assertThat(then.status()).isEqualTo(HealthStatus.DEGRADED);
            assertThat(then.toString()).contains("target 'cache'");
        });
    }

    @Test
    void what_was_flushed_while_nothing_happens_is_there_again_and_health_says_so_meanwhile()
            throws InterruptedException {
        startLoaded();

        redis.command("FLUSHALL");

        Bench.eventually(() -> assertThat(losses).isNotEmpty());
        assertRepaired();
        assertFoundOnceAndTold();
    }

    @Test
    void a_redis_that_comes_back_empty_is_filled_with_what_is_there_now() throws InterruptedException {
        startLoaded();

        redis.kill();
        change();
        redis.restart();

        assertRepaired();
        assertFoundOnceAndTold();
    }

    @Test
    void a_redis_that_comes_back_with_an_old_dump_keeps_no_row_that_was_deleted_since() throws InterruptedException {
        startLoaded();
        redis.command("SAVE");
        change();
        awaitAcknowledged();

        redis.restart();

        assertRepaired();
        assertFoundOnceAndTold();
    }

    @Test
    void a_redis_that_was_emptied_while_the_pipeline_was_stopped_is_filled_at_the_next_start()
            throws InterruptedException {
        startLoaded();
        pipeline.close();
        change();
        redis.emptyRestart();

        start(bench.builder().target(Items.cache(redis)));

        assertRepaired();
        assertFoundOnceAndTold();
    }

    @Test
    void a_redis_that_was_set_back_while_the_pipeline_was_stopped_has_no_ghosts_afterwards()
            throws InterruptedException {
        startLoaded();
        redis.command("SAVE");
        change();
        awaitAcknowledged();
        pipeline.close();
        redis.restart();

        start(bench.builder().target(Items.cache(redis)));

        assertRepaired();
        assertFoundOnceAndTold();
    }

    @Test
    void a_slot_that_is_gone_is_a_gap_for_a_cache_too_and_a_reload_leaves_no_ghosts() throws InterruptedException {
        startLoaded();
        pipeline.close();
        bench.source()
                .execute("select pg_drop_replication_slot(slot_name) from pg_replication_slots"
                        + " where database = current_database()");
        change();

        assertThatThrownBy(() -> start(bench.builder().target(Items.cache(redis))))
                .isInstanceOf(PreflightException.class);
        start(CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").gapPolicy(GapPolicy.RELOAD).build())
                .target(Items.cache(redis)));

        assertRepaired();
    }

    @Test
    void a_shard_that_refuses_gaps_repairs_its_cache_all_the_same_and_reads_nothing_again_for_another_target()
            throws InterruptedException {
        HandlerProjection reads = HandlerProjection.named("reads").on(Item.A, (change, handle) -> {
            if (change.operation() == Operation.READ) {
                readsOfOther.incrementAndGet();
            }
        });
        startLoaded(CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").gapPolicy(GapPolicy.REFUSE).build())
                .target(bench.mirror().project(reads))
                .target(Items.cache(redis)));
        assertThat(readsOfOther.getAndSet(0)).isEqualTo(ROWS);
        bench.source().execute("insert into a values (100000, 'streamed', 1)");
        bench.awaitApplied(pipeline);

        redis.command("FLUSHALL");
        change();

        assertRepaired();
        assertFoundOnceAndTold();
        bench.awaitApplied(pipeline);
        assertThat(readsOfOther).as("rows read again by the other target").hasValue(0);
        bench.assertExact();
    }
}
