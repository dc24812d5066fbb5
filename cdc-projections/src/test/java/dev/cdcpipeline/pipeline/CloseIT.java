package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Closing a pipeline, at every moment: it takes a bounded time and leaves nothing behind. */
class CloseIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void build_does_no_io_and_close_may_be_called_any_number_of_times() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            JdbcTarget nowhere = JdbcTarget.named("nowhere", new NoDataSource())
                    .project(HandlerProjection.named("none").on(Item.A, (change, handle) -> {}));
            CdcPipeline untouched = CdcPipeline.builder()
                    .name("untouched")
                    .shard(bench.shard("db0").host("no-such-host.invalid").build())
                    .offsets(dev.cdcpipeline.offset.jdbc.JdbcOffsets.in(new NoDataSource()))
                    .target(nowhere)
                    .build();
            assertThat(untouched.status().shard("db0").state()).isEqualTo(ShardState.CREATED);
            untouched.close();
            untouched.close();
            assertThat(untouched.status().shard("db0").state()).isEqualTo(ShardState.STOPPED);
            untouched.awaitTermination();
            assertThatThrownBy(untouched::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("untouched");

            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            assertThatThrownBy(pipeline::start).isInstanceOf(IllegalStateException.class);
            closeSoon(pipeline);
            pipeline.close();
            pipeline.awaitTermination();
            assertThatThrownBy(() -> bench.awaitApplied(pipeline))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("STOPPED");
            bench.assertNothingLeftBehind();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 40, 150, 400, 700, 1000})
    void a_pipeline_that_is_closed_while_it_starts_leaves_nothing_behind(int millis)
            throws InterruptedException, TimeoutException {
        try (Bench bench = new Bench().source("db0").source("db1")) {
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, 500) i");
            CdcPipeline pipeline =
                    bench.keep(bench.builder().target(bench.mirror()).build());
            CompletableFuture<Void> start = CompletableFuture.runAsync(pipeline::start);
            TimeUnit.MILLISECONDS.sleep(millis);

            closeSoon(pipeline);

            assertEnded(start);
            bench.assertNothingLeftBehind();
            assertThat(pipeline.status().shards()).allMatch(shard -> shard.state() == ShardState.STOPPED);
            CdcPipeline next = bench.startLoaded(bench.builder().target(bench.mirror()));
            bench.awaitApplied(next);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_pipeline_that_is_closed_while_its_slot_waits_for_a_transaction_leaves_no_slot_behind() throws Exception {
        try (Bench bench = new Bench().source("db0");
                Connection open = bench.source().dataSource().getConnection();
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("insert into a values (1, 'open', 1)");
            CdcPipeline pipeline =
                    bench.keep(bench.builder().target(bench.mirror()).build());
            CompletableFuture<Void> start = CompletableFuture.runAsync(pipeline::start);
            Bench.eventually(
                    () -> assertThat(Bench.slots(bench.source(), "active")).hasSize(1));

            closeSoon(pipeline);

            assertEnded(start);
            bench.assertNothingLeftBehind();
            assertThat(Bench.slots(bench.source(), "true")).as("slots").isEmpty();
            open.commit();
            CdcPipeline next = bench.startLoaded(bench.builder().target(bench.mirror()));
            bench.awaitApplied(next);
            bench.assertViewsEqualSources();
        }
    }

    @Test
    void a_pipeline_that_is_closed_while_it_connects_touches_nothing_afterwards() throws Exception {
        try (Bench bench = new Bench().source("db0");
                SlowGate gate = new SlowGate(bench.source().source().port())) {
            CdcPipeline pipeline = bench.keep(CdcPipeline.builder()
                    .name("bench")
                    .offsets(dev.cdcpipeline.offset.jdbc.JdbcOffsets.in(bench.pool()))
                    .shard(bench.shard("db0")
                            .host("127.0.0.1")
                            .port(gate.port())
                            .build())
                    .target(bench.mirror())
                    .build());
            CompletableFuture<Void> start = CompletableFuture.runAsync(pipeline::start);
            gate.awaitKnock();

            CompletableFuture<Void> close = CompletableFuture.runAsync(pipeline::close);
            Bench.eventually(
                    () -> assertThat(bench.status(pipeline).state()).isIn(ShardState.STOPPING, ShardState.STOPPED));
            gate.open();

            close.get(SOON.toSeconds(), TimeUnit.SECONDS);
            assertEnded(start);
            bench.assertNothingLeftBehind();
            assertThat(Bench.slots(bench.source(), "true")).as("slots").isEmpty();
            assertThat(Bench.rows(bench.source(), "select pubname from pg_publication"))
                    .as("publications")
                    .isEmpty();
        }
    }

    @Test
    void a_pipeline_that_is_closed_during_its_first_load_goes_on_with_it_at_the_next_start()
            throws InterruptedException {
        CountDownLatch loading = new CountDownLatch(1);
        try (Bench bench = new Bench().source("db0")) {
            int rows = 10_000;
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, " + rows + ") i");
            JdbcTarget slow = bench.views("mirror")
                    .project(HandlerProjection.named("slow").on(Item.A, (change, handle) -> {
                        if (change.operation() == Operation.READ
                                && change.after().id() > rows / 2) {
                            loading.countDown();
                            Thread.sleep(1);
                        }
                    }));
            CdcPipeline pipeline = bench.start(bench.builder().target(slow));
            assertThat(loading.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(bench.status(pipeline).state()).isIn(ShardState.LOADING, ShardState.STARTING);

            closeSoon(pipeline);

            bench.assertNothingLeftBehind();
            long loaded = bench.readModel().queryLong("select count(*) from a_view");
            assertThat(loaded).as("rows loaded before the close").isBetween(1L, rows - 1L);
            CdcPipeline next = bench.startLoaded(bench.builder().target(bench.views("mirror")));
            bench.assertViewsEqualSources();
            assertThat(bench.status(next).applied().get(Item.A.name()).get(Operation.READ))
                    .as("rows read by the second start, of which the first had %s", loaded)
                    .isLessThan(rows);
        }
    }

    @Test
    void a_pipeline_can_be_closed_while_a_lock_in_the_view_holds_it_up() throws InterruptedException, SQLException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline = bench.startLoaded(bench.builder().target(bench.mirror()));
            try (Traffic traffic = Traffic.on(bench.source());
                    Connection blocker = bench.readModel().dataSource().getConnection();
                    Statement statement = blocker.createStatement()) {
                bench.awaitApplied(pipeline);
                blocker.setAutoCommit(false);
                statement.execute("lock table a_view");
                Bench.eventually(() -> assertThat(
                                bench.readModel()
                                        .queryLong(
                                                "select count(*) from pg_locks where not granted and relation = 'a_view'::regclass"))
                        .as("sessions that wait for the view")
                        .isPositive());
                long commits = traffic.commits();
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(commits + 200));

                closeSoon(pipeline);

                bench.assertNothingLeftBehind();
                Bench.eventually(
                        () -> assertThat(bench.readModel().queryLong("select count(*) from pg_locks where not granted"))
                                .as("sessions that wait, although their process has given up")
                                .isZero());
                blocker.commit();
            }
            CdcPipeline next = bench.start(bench.builder().target(bench.mirror()));
            bench.awaitApplied(next);
            bench.assertExact();
        }
    }

    private static void closeSoon(CdcPipeline pipeline) {
        long began = System.nanoTime();
        pipeline.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).as("close()").isLessThan(SOON);
    }

    /** The start has come to an end: well, or with the message that the pipeline was closed. */
    private static void assertEnded(CompletableFuture<Void> start) throws InterruptedException, TimeoutException {
        try {
            start.get(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOfAny(CdcException.class, IllegalStateException.class)
                    .hasMessageContaining("closed");
        }
    }

    /** Takes a connection, and lets nothing through before it is opened. */
    private static final class SlowGate implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        private final CountDownLatch knocked = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private final int target;

        SlowGate(int target) throws IOException {
            this.target = target;
            Thread door = new Thread(this::accept, "slow-gate");
            door.setDaemon(true);
            door.start();
        }

        int port() {
            return socket.getLocalPort();
        }

        void awaitKnock() throws InterruptedException {
            assertThat(knocked.await(20, TimeUnit.SECONDS)).isTrue();
        }

        void open() {
            opened.countDown();
        }

        private void accept() {
            try {
                while (true) {
                    Socket inside = socket.accept();
                    knocked.countDown();
                    opened.await();
                    Socket outside = new Socket(InetAddress.getLoopbackAddress(), target);
                    pump(inside, outside);
                    pump(outside, inside);
                }
            } catch (IOException | InterruptedException e) {
                // Closed.
            }
        }

        private static void pump(Socket from, Socket to) {
            Thread pump = new Thread(
                    () -> {
                        try (from;
                                to) {
                            from.getInputStream().transferTo(to.getOutputStream());
                        } catch (IOException e) {
                            // One side has gone.
                        }
                    },
                    "slow-gate-pump");
            pump.setDaemon(true);
            pump.start();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
