package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a pipeline tells about itself. */
class StatusIT {
    private static final int ROWS = 6_000;

    @Test
    void status_and_listener_tell_what_happens_from_the_first_load_on() throws InterruptedException {
        CountDownLatch halfLoaded = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Heard heard = new Heard();
        try (Bench bench = new Bench().source("db0")) {
            bench.source()
                    .execute("insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i", "analyze a");
            HandlerProjection gate = HandlerProjection.named("gate").on(Item.A, (change, handle) -> {
                if (change.operation() == Operation.READ && change.after().id() > ROWS / 2) {
                    halfLoaded.countDown();
                    goOn.await(20, TimeUnit.SECONDS);
                }
            });
            CdcPipeline pipeline = bench.keep(bench.builder()
                    .batchSize(500)
                    .listener(heard)
                    .target(bench.views("views").project(gate))
                    .build());
            ShardStatus built = bench.status(pipeline);
            assertThat(built.state()).isEqualTo(ShardState.CREATED);
            assertThat(built.lag()).isEmpty();
            assertThat(built.lagBytes()).isEmpty();

            pipeline.start();
            assertThat(halfLoaded.await(60, TimeUnit.SECONDS)).isTrue();
            ShardStatus loading = bench.status(pipeline);
            assertThat(loading.state()).isEqualTo(ShardState.LOADING);
            assertThat(loading.isLoaded()).isFalse();
            assertThat(pipeline.awaitLoaded(Duration.ofMillis(100))).isFalse();
            LoadProgress progress = load(loading, "public.a");
            assertThat(progress.load()).isEqualTo(TableLoad.PENDING);
            assertThat(progress.estimatedRows()).isEqualTo(ROWS);
            assertThat(progress.rowsRead()).isBetween(1L, (long) ROWS / 2);
            goOn.countDown();

            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
            ShardStatus loaded = bench.status(pipeline);
            assertThat(loaded.state()).isEqualTo(ShardState.STREAMING);
            assertThat(load(loaded, "public.a").load()).isEqualTo(TableLoad.SUCCEEDED);
            assertThat(load(loaded, "public.a").rowsRead()).isEqualTo(ROWS);
            assertThat(load(loaded, "public.b").load()).isEqualTo(TableLoad.EMPTY);
            Bench.eventually(() -> assertThat(heard.loaded).containsExactly("db0"));
            assertThat(heard.states).startsWith("CREATED->STARTING", "STARTING->LOADING", "LOADING->STREAMING");

            countsOfChanges(bench, pipeline, heard);
            pipeline.close();
            assertThat(heard.states).endsWith("STREAMING->STOPPING", "STOPPING->STOPPED");
        }
    }

    private static void countsOfChanges(Bench bench, CdcPipeline pipeline, Heard heard) throws InterruptedException {
        int before = heard.changes("views");
        bench.source().execute("insert into b select i, 'new', i from generate_series(1, 30) i");
        bench.source().execute("update b set n = 0 where id <= 20", "delete from b where id <= 10", "truncate a");
        Instant after = Instant.now();
        bench.awaitApplied(pipeline);

        ShardStatus status = bench.status(pipeline);
        assertThat(status.applied().get(Item.B.name()))
                .isEqualTo(Map.of(Operation.CREATE, 30L, Operation.UPDATE, 20L, Operation.DELETE, 10L));
        assertThat(status.applied().get(Item.A.name()))
                .isEqualTo(Map.of(Operation.READ, (long) ROWS, Operation.TRUNCATE, 1L));
        assertThat(status.appliedTotal()).isEqualTo(61 + ROWS);
        assertThat(heard.changes("views") - before).isEqualTo(61);
        assertThat(heard.acknowledged).isNotEmpty();
        assertThat(status.counters().transactions()).isGreaterThanOrEqualTo(4);
        assertThat(status.counters().transactionsInPieces()).isZero();
        assertThat(status.inPieces()).isFalse();
        assertThat(status.lastError()).isEmpty();
        Bench.eventually(() -> {
            ShardStatus idle = bench.status(pipeline);
            assertThat(idle.lastAppliedCommit().orElseThrow()).isAfter(after);
            assertThat(idle.lag().orElseThrow()).isLessThan(Duration.ofSeconds(2));
            assertThat(idle.lagBytes().orElseThrow()).isLessThan(100_000);
        });
    }

    @Test
    void lag_grows_while_the_target_is_held_up_and_the_wait_for_a_place_in_the_log_ends_when_it_is_applied()
            throws InterruptedException, SQLException {
        try (Bench bench = new Bench().source("db0");
                Connection blocker = bench.readModel().dataSource().getConnection();
                Statement statement = blocker.createStatement()) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.views("views")));
            bench.awaitApplied(pipeline);
            blocker.setAutoCommit(false);
            statement.execute("lock table a_view");
            bench.source().execute("insert into a select i, repeat('x', 100), i from generate_series(1, 2000) i");
            String lsn = bench.source().source().currentWalLsn();

            assertThat(pipeline.awaitApplied("db0", lsn, Duration.ofMillis(500)))
                    .isFalse();
            Bench.eventually(() -> {
                ShardStatus behind = bench.status(pipeline);
                assertThat(behind.lag().orElseThrow()).isGreaterThan(Duration.ofSeconds(2));
                assertThat(behind.lagBytes().orElseThrow()).isGreaterThan(200_000);
            });
            assertThat(bench.status(pipeline).state())
                    .as("a batch that is worked on is no trouble")
                    .isEqualTo(ShardState.STREAMING);
            blocker.commit();

            assertThat(pipeline.awaitApplied("db0", lsn, Bench.PATIENCE)).isTrue();
            assertThat(bench.readModel().queryLong("select count(*) from a_view"))
                    .as("read your own writes")
                    .isEqualTo(2000);
            Bench.eventually(
                    () -> assertThat(bench.status(pipeline).lag().orElseThrow()).isLessThan(Duration.ofSeconds(2)));
            assertThatThrownBy(() -> pipeline.awaitApplied("db7", lsn, Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("db7");
            assertThatThrownBy(() -> pipeline.awaitApplied("db0", "here", Duration.ZERO))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("here");
        }
    }

    @Test
    void a_listener_that_throws_disturbs_nothing() throws InterruptedException {
        PipelineListener thrower = new PipelineListener() {
            @Override
            public void applied(BatchApplied batch) {
                throw new IllegalStateException("of the listener");
            }

            @Override
            public void acknowledged(String shard) {
                throw new IllegalStateException("of the listener");
            }

            @Override
            public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
                throw new IllegalStateException("of the listener");
            }
        };
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline =
                    bench.startLoaded(bench.builder().listener(thrower).target(bench.mirror()));
            bench.source().execute("insert into a values (1, 'x', 1)");
            bench.awaitApplied(pipeline);
            bench.assertExact();
            assertThat(bench.status(pipeline).counters().wentBack()).isZero();
        }
    }

    private static LoadProgress load(ShardStatus status, String table) {
        return status.load().stream()
                .filter(load -> load.table().toString().equals(table))
                .findFirst()
                .orElseThrow();
    }

    /** Remembers every call. */
    private static final class Heard implements PipelineListener {
        private final List<String> states = new CopyOnWriteArrayList<>();
        private final List<BatchApplied> applied = new CopyOnWriteArrayList<>();
        private final List<String> acknowledged = new CopyOnWriteArrayList<>();
        private final List<String> loaded = new CopyOnWriteArrayList<>();

        int changes(String target) {
            return applied.stream()
                    .filter(batch ->
                            batch.shard().equals("db0") && batch.target().equals(target))
                    .mapToInt(BatchApplied::changes)
                    .sum();
        }

        @Override
        public void stateChanged(String shard, ShardState from, ShardState to, String reason) {
            states.add(from + "->" + to);
        }

        @Override
        public void applied(BatchApplied batch) {
            applied.add(batch);
        }

        @Override
        public void acknowledged(String shard) {
            acknowledged.add(shard);
        }

        @Override
        public void loaded(String shard) {
            loaded.add(shard);
        }
    }
}
