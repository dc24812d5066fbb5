package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.metrics.CdcMetrics;
import dev.cdcpipeline.monitor.ShardState;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Set;
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
