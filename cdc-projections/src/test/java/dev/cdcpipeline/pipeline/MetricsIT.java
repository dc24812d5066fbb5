package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.failure.RejectedChange;
import dev.cdcpipeline.metrics.CdcMetrics;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.LetterEvent;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardHealth;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a running pipeline tells Micrometer. */
class MetricsIT {
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @Test
    void meters_are_there_from_the_start_and_counts_are_exact() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, 500) i");
            CdcPipeline pipeline =
                    bench.keep(bench.builder().target(bench.mirror()).build());
            CdcMetrics.of(pipeline).bindTo(registry);
            Set<Meter.Id> bound = ids();
            assertThat(gauge("cdc.lease.held")).isZero();
            assertThat(gauge("cdc.lag")).isNaN();
            assertState(ShardState.CREATED);
            for (String projection : new String[] {"public.a_view", "public.b_view", "applied"}) {
                assertThat(applied(projection, "delete")).as(projection).isZero();
            }

            pipeline.start();
            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
            bench.source()
                    .execute(
                            "insert into b select i, 'new', i from generate_series(1, 30) i",
                            "update b set n = 0 where id <= 20",
                            "delete from b where id <= 10");
            bench.awaitApplied(pipeline);

            Bench.eventually(
                    () -> assertThat(applied("public.b_view", "delete")).isEqualTo(10));
            assertThat(applied("public.a_view", "read")).isEqualTo(500);
            assertThat(applied("public.a_view", "create")).isZero();
            assertThat(applied("public.b_view", "create")).isEqualTo(30);
            assertThat(applied("public.b_view", "update")).isEqualTo(20);
            assertThat(applied("applied", "update")).isEqualTo(20);
            assertThat(counter("cdc.changes.parked", "projection", "applied", "operation", "update"))
                    .isZero();
            assertThat(counter("cdc.changes.read", "operation", "update")).isGreaterThanOrEqualTo(20);
            assertThat(registry.get("cdc.batch.size").summary().totalAmount()).isEqualTo(560);
            assertThat(registry.get("cdc.batch.duration").timer().count())
                    .isEqualTo(registry.get("cdc.batch.size").summary().count())
                    .isPositive();
            assertState(ShardState.STREAMING);
            assertThat(gauge("cdc.lease.held")).isEqualTo(1);
            assertThat(gauge("cdc.load.tables")).isZero();
            assertThat(counter("cdc.engine.failures")).isZero();
            Bench.eventually(() -> {
                assertThat(gauge("cdc.health")).isZero();
                assertThat(gauge("cdc.lag")).isBetween(0.0, 60.0);
                assertThat(gauge("cdc.offset.age")).isBetween(0.0, 60.0);
                assertThat(gauge("cdc.heartbeat.roundtrip")).isBetween(0.0, 60.0);
                assertThat(gauge("cdc.lag.bytes")).isNotNegative();
                assertThat(gauge("cdc.wal.retained")).isPositive();
                assertThat(gauge("cdc.queue.fill")).isBetween(0.0, 1.0);
            });
            assertThat(registry.get("cdc.pool.max").tag("pool", "home").gauge().value())
                    .isEqualTo(6);
            assertThat(registry.get("cdc.pool.max")
                            .tag("pool", "target:mirror")
                            .gauge()
                            .value())
                    .isEqualTo(6);
            assertThat(ids()).as("no meter came later").isEqualTo(bound);

            pipeline.shard("db0").pause();
            Bench.eventually(() -> {
                assertState(ShardState.PAUSED);
                assertThat(gauge("cdc.lease.held")).isZero();
                assertThat(gauge("cdc.lag")).as("an old measurement is none").isNaN();
                assertThat(bench.status(pipeline).lagBytes()).isEmpty();
                assertThat(bench.status(pipeline).retainedBytes()).isEmpty();
                assertThat(bench.status(pipeline).queueFill()).isEmpty();
            });
            pipeline.close();
            Bench.eventually(() -> assertState(ShardState.STOPPED));
        }
    }

    @Test
    void parked_changes_are_counted_shown_and_logged_without_values_and_gone_after_a_replay()
            throws InterruptedException {
        AtomicBoolean mended = new AtomicBoolean();
        HandlerProjection picky = HandlerProjection.named("picky").on(Item.A, (change, handle) -> {
            if (!mended.get()
                    && change.after() != null
                    && "secret".equals(change.after().val())) {
                throw new RejectedChange("will not have secret");
            }
        });
        Heard heard = new Heard();
        try (Bench bench = new Bench().source("db0");
                CapturedLog log = new CapturedLog()) {
            CdcPipeline pipeline = bench.keep(bench.builder()
                    .listener(heard)
                    .target(bench.views("views").project(picky))
                    .build());
            CdcMetrics.of(pipeline).bindTo(registry);
            pipeline.start();
            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();

            bench.source()
                    .execute("insert into a select i, case when i % 10 = 0 then 'secret' else 'x' end, i"
                            + " from generate_series(1, 200) i");
            bench.source().execute("update a set n = 0 where id = 10");
            bench.awaitApplied(pipeline);

            Bench.eventually(() -> assertThat(letters()).isEqualTo(21));
            assertThat(counter("cdc.changes.parked", "projection", "picky", "operation", "create"))
                    .isEqualTo(20);
            assertThat(counter("cdc.changes.parked", "projection", "picky", "operation", "update"))
                    .isEqualTo(1);
            assertThat(counter("cdc.changes.parked", "projection", "public.a_view", "operation", "create"))
                    .isZero();
            assertThat(applied("picky", "create")).isEqualTo(180);
            assertThat(applied("picky", "update")).isZero();
            assertThat(applied("public.a_view", "create")).isEqualTo(200);
            assertThat(heard.parked.get()).isEqualTo(21);
            assertThat(bench.status(pipeline).parking().openTotal()).isEqualTo(21);
            Bench.eventually(() -> assertThat(bench.status(pipeline).health())
                    .isEqualTo(new ShardHealth("db0", HealthStatus.DEGRADED, "21 changes are parked")));
            assertThat(log.events())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .filteredOn(line -> line.startsWith("[db0] target 'views' projection 'picky': parked"))
                    .hasSize(10)
                    .allSatisfy(line -> assertThat(line)
                            .contains("CREATE public.a at ", "RejectedChange", "will not have ***")
                            .doesNotContain("secret"));

            mended.set(true);
            String order = pipeline.deadLetters().replay(DeadLetterFilter.all());
            assertThat(pipeline.deadLetters().await(order, Bench.PATIENCE)).isTrue();

            Bench.eventually(() -> assertThat(letters()).isZero());
            assertThat(counter("cdc.changes.replayed", "projection", "picky", "operation", "create"))
                    .isEqualTo(20);
            assertThat(heard.replayed.get()).isEqualTo(21);
            Bench.eventually(() -> assertThat(gauge("cdc.health")).isZero());
        }
    }

    /** Counts what it is told of letters. */
    private static final class Heard implements PipelineListener {
        private final AtomicInteger parked = new AtomicInteger();
        private final AtomicInteger replayed = new AtomicInteger();

        @Override
        public void parked(String shard, String target, NewLetter letter) {
            parked.incrementAndGet();
        }

        @Override
        public void replayed(LetterEvent letter) {
            replayed.incrementAndGet();
        }
    }

    private double letters() {
        return registry.get("cdc.letters.open")
                .tag("projection", "picky")
                .gauge()
                .value();
    }

    @Test
    void the_queue_fills_while_a_target_does_not_take_anything() throws InterruptedException, SQLException {
        try (Bench bench = new Bench().source("db0");
                Connection blocker = bench.readModel().dataSource().getConnection();
                Statement statement = blocker.createStatement()) {
            CdcPipeline pipeline = bench.keep(
                    bench.builder().batchSize(100).target(bench.views("views")).build());
            CdcMetrics.of(pipeline).bindTo(registry);
            pipeline.start();
            assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
            blocker.setAutoCommit(false);
            statement.execute("lock table a_view");
            bench.source().execute("insert into a values (0, 'waits', 0)");
            bench.source().execute("insert into a select i, 'x', i from generate_series(1, 20000) i");

            Bench.eventually(() -> assertThat(gauge("cdc.queue.fill")).isGreaterThan(0.9));
            blocker.commit();
            bench.awaitApplied(pipeline);
            Bench.eventually(() -> assertThat(gauge("cdc.queue.fill")).isLessThan(0.1));
        }
    }

    private Set<Meter.Id> ids() {
        return registry.getMeters().stream().map(Meter::getId).collect(Collectors.toSet());
    }

    private void assertState(ShardState expected) {
        for (ShardState state : ShardState.values()) {
            assertThat(registry.get("cdc.state")
                            .tag("state", state.name().toLowerCase(Locale.ROOT))
                            .gauge()
                            .value())
                    .as("%s, when it is %s", state, expected)
                    .isEqualTo(state == expected ? 1 : 0);
        }
    }

    private double applied(String projection, String operation) {
        return counter("cdc.changes.applied", "projection", projection, "operation", operation);
    }

    private double gauge(String name) {
        return registry.get(name).tag("shard", "db0").gauge().value();
    }

    private double counter(String name, String... tags) {
        return registry.get(name)
                .tag("shard", "db0")
                .tags(tags)
                .functionCounter()
                .count();
    }
}
