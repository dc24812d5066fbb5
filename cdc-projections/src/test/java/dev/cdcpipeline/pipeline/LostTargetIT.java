package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardHealth;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.GapPolicy;
import dev.cdcpipeline.shard.PostgresShardBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A target that loses its data, as a cache does that is emptied, restarted without them, or fails over to an older replica: it is
 * noticed, repaired and told of, also where a gap is to be refused; another target goes on as it stands.
 */
class LostTargetIT {
    private static final int ROWS = 1_000;
    private static final String SLOT = "cdc_bench_db0";

    private final List<String> gaps = new CopyOnWriteArrayList<>();
    private final List<Finding> found = new CopyOnWriteArrayList<>();
    private final Set<String> health = ConcurrentHashMap.newKeySet();
    private final AtomicInteger jdbcReads = new AtomicInteger();
    private Bench bench;
    private FileTarget files;
    private volatile CdcPipeline pipeline;

    @BeforeEach
    void make(@TempDir Path directory) {
        bench = new Bench().source("db0");
        bench.source().execute("insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i");
        bench.source().execute("truncate journal");
        files = new FileTarget(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private CdcPipelineBuilder alone(FirstLoad load) {
        PostgresShardBuilder shard =
                bench.shard("db0").gapPolicy(GapPolicy.REFUSE).firstLoad(load);
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(shard.build())
                .target(files)
                .listener(new PipelineListener() {
                    @Override
                    public void gap(Finding finding, boolean reloading) {
                        gaps.add(finding.text());
                    }

                    @Override
                    public void found(Finding finding) {
                        found.add(finding);
                    }

                    @Override
                    public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
                        noteHealth();
                    }

                    @Override
                    public void acknowledged(String shard) {
                        noteHealth();
                    }
                });
    }

    private CdcPipelineBuilder besideJdbc(FirstLoad load) {
        JdbcTarget target = bench.mirror()
                .project(HandlerProjection.named("reads").on(Item.A, (change, handle) -> {
                    if (change.operation() == Operation.READ) {
                        jdbcReads.incrementAndGet();
                    }
                }));
        return alone(load).target(target);
    }

    private void noteHealth() {
        CdcPipeline running = pipeline;
        if (running != null) {
            ShardHealth now = bench.status(running).health();
            health.add(now.status() + " " + now.reason());
        }
    }

    private void start(CdcPipelineBuilder builder) {
        pipeline = bench.keep(builder.build());
        pipeline.start();
    }

    private void startLoaded(CdcPipelineBuilder builder) throws InterruptedException {
        start(builder);
        assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
        bench.awaitApplied(pipeline);
        files.takeReads();
        jdbcReads.set(0);
        health.clear();
    }

    private void change() {
        bench.source()
                .execute(
                        "delete from a where id % 10 = 0",
                        "update a set val = 'changed' where id % 10 = 1",
                        "insert into a values (10002, 'new', 2) on conflict do nothing");
    }

    private void stop() {
        pipeline.close();
        health.clear();
    }

    private void awaitEqual() throws InterruptedException {
        Bench.eventually(this::assertEqual);
        assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
        bench.awaitApplied(pipeline);
        assertEqual();
        Bench.eventually(() -> assertThat(pipeline.health().status()).isEqualTo(HealthStatus.UP));
        assertThat(bench.status(pipeline).findings()).isEmpty();
        assertThat(gaps).isEmpty();
    }

    private void assertEqual() {
        assertThat(files.rows("db0"))
                .containsExactlyElementsOf(
                        Bench.rows(bench.source(), "select concat_ws(' ', id, val, n) from a order by id"));
    }

    private void assertToldOf(String what) {
        assertThat(found).extracting(Finding::kind).containsOnly(FindingKind.OFFSET_LOST);
        assertThat(found.get(0).text()).contains("target 'files'", what, "its tables are loaded again");
        assertThat(health).anyMatch(each -> each.startsWith("DEGRADED target 'files' ") && each.contains(what));
        assertThat(health).noneMatch(each -> each.startsWith("DOWN"));
    }

    @Test
    void emptied_while_the_shard_is_idle_it_is_loaded_again_and_the_target_beside_it_is_not()
            throws InterruptedException, IOException {
        startLoaded(besideJdbc(FirstLoad.INCREMENTAL));

        files.lose("db0"); // and nobody writes at the source
        awaitEqual();

        assertThat(files.takeReads()).isEqualTo(ROWS);
        assertToldOf("has lost its offset");
        change();
        bench.awaitApplied(pipeline);
        assertEqual();
        bench.assertExact();
        assertThat(jdbcReads).hasValue(0);
    }

    @Test
    void emptied_again_and_again_under_traffic_the_only_target_equals_the_source_at_the_end()
            throws InterruptedException, IOException {
        startLoaded(alone(FirstLoad.INCREMENTAL));

        try (Traffic traffic = Traffic.on(bench.source())) {
            for (int time = 1; time <= 3; time++) {
                long before = traffic.commits();
                files.lose("db0");
                int times = time;
                Bench.eventually(() -> assertThat(found).hasSize(times));
                Bench.eventually(
                        () -> assertThat(bench.status(pipeline).findings()).isEmpty());
                assertThat(traffic.commits()).isGreaterThan(before);
            }
        }
        bench.awaitApplied(pipeline);
        awaitEqual();
        assertToldOf("has lost its offset");
    }

    @Test
    void an_older_state_than_the_slot_has_is_replaced_with_what_was_deleted_meanwhile_gone()
            throws InterruptedException, IOException {
        startLoaded(besideJdbc(FirstLoad.INCREMENTAL));
        files.keep("db0");
        change();
        bench.awaitApplied(pipeline);
        long applied = files.position("db0").base();
        Bench.eventually(() -> assertThat(bench.source()
                        .queryLong("select confirmed_flush_lsn - '0/0' from pg_replication_slots where slot_name = '"
                                + SLOT + "'"))
                .isGreaterThanOrEqualTo(applied));

        files.putBack("db0");
        awaitEqual();

        assertThat(files.takeReads()).isPositive();
        assertToldOf("and the slot was acknowledged up to");
        bench.assertExact();
        assertThat(jdbcReads).hasValue(0);
    }

    @Test
    void an_older_state_that_the_slot_still_has_the_changes_after_is_only_caught_up()
            throws InterruptedException, IOException {
        startLoaded(besideJdbc(FirstLoad.INCREMENTAL));
        stop();
        files.keep("db0");
        bench.source().execute("select pg_copy_logical_replication_slot('" + SLOT + "', 'kept')");
        startLoaded(besideJdbc(FirstLoad.INCREMENTAL));
        change();
        bench.awaitApplied(pipeline);
        pipeline.close();

        files.putBack("db0");
        bench.source()
                .execute(
                        "select pg_drop_replication_slot('" + SLOT + "')",
                        "select pg_copy_logical_replication_slot('kept', '" + SLOT + "')",
                        "select pg_drop_replication_slot('kept')");
        start(besideJdbc(FirstLoad.INCREMENTAL));
        awaitEqual();

        assertThat(files.takeReads()).isZero();
        assertThat(found).isEmpty();
        bench.assertExact();
    }

    @Test
    void the_only_target_emptied_while_stopped_is_loaded_again_at_the_start() throws InterruptedException, IOException {
        startLoaded(alone(FirstLoad.INCREMENTAL));
        change();
        bench.awaitApplied(pipeline);
        stop();
        files.lose("db0");
        bench.source().execute("delete from a where id % 10 = 2", "insert into a values (10003, 'while stopped', 3)");

        start(alone(FirstLoad.INCREMENTAL));
        awaitEqual();

        assertToldOf("has lost its offset");
    }

    @Test
    void without_a_first_load_it_is_loaded_when_it_is_known_to_have_lost_its_data_and_not_before()
            throws InterruptedException, IOException {
        startLoaded(besideJdbc(FirstLoad.NONE));
        assertThat(files.rows("db0")).isEmpty();
        assertThat(found).isEmpty();
        stop();
        files.lose("db0");
        change();

        start(besideJdbc(FirstLoad.NONE));
        awaitEqual();

        assertToldOf("has lost its offset");
        assertThat(jdbcReads).hasValue(0);
    }

    @Test
    void emptied_in_the_middle_of_a_start_it_does_not_make_the_start_fail() throws InterruptedException, IOException {
        files.loseWhenOpened(2);

        start(alone(FirstLoad.INCREMENTAL));
        awaitEqual();
        stop();
        change();
        files.loseWhenOpened(2);

        start(alone(FirstLoad.INCREMENTAL));
        awaitEqual();

        assertToldOf("has lost its offset");
    }
}
