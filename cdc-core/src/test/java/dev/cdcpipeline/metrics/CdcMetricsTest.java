package dev.cdcpipeline.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.offset.PoolUse;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CdcMetricsTest {
    private static final Position ANYWHERE = new Position(1, 1, 1);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final FakePipeline pipeline = new FakePipeline();

    @Test
    void every_count_is_there_at_zero_before_anything_happens() {
        pipeline.metrics().bindTo(registry);

        for (Operation operation : Operation.values()) {
            String text = operation.name().toLowerCase(Locale.ROOT);
            assertThat(counter("cdc.changes.read", "operation", text)).isZero();
            for (String projection : new String[] {"public.a_view", "public.b_view"}) {
                for (String name : new String[] {"cdc.changes.applied", "cdc.changes.parked"}) {
                    assertThat(counter(name, "operation", text, "projection", projection, "target", "read-model"))
                            .isZero();
                }
            }
        }
        assertThat(registry.get("cdc.batch.retries")
                        .tag("target", "read-model")
                        .counter()
                        .count())
                .isZero();
        assertThat(registry.get("cdc.batch.duration")
                        .tag("target", "read-model")
                        .timer()
                        .count())
                .isZero();
    }

    @Test
    void every_meter_says_which_pipeline_it_is_of_and_what_it_means() {
        pipeline.metrics().bindTo(registry);

        assertThat(registry.getMeters()).isNotEmpty().allSatisfy(meter -> {
            assertThat(meter.getId().getName()).startsWith("cdc.");
            assertThat(meter.getId().getTag("pipeline")).isEqualTo("shop");
            assertThat(meter.getId().getDescription()).isNotBlank();
        });
    }

    @Test
    void one_state_is_1_and_all_others_are_0() {
        pipeline.state = ShardState.STANDBY;
        pipeline.metrics().bindTo(registry);

        for (ShardState state : ShardState.values()) {
            assertThat(gauge("cdc.state", "state", state.name().toLowerCase(Locale.ROOT)))
                    .isEqualTo(state == ShardState.STANDBY ? 1 : 0);
        }
        assertThat(gauge("cdc.health")).isEqualTo(1);
    }

    @Test
    void the_instance_with_the_lease_tells_what_it_measures_in_base_units() {
        pipeline.held = true;
        pipeline.metrics().bindTo(registry);

        assertThat(gauge("cdc.lease.held")).isEqualTo(1);
        assertThat(registry.get("cdc.lag").timeGauge().value(TimeUnit.SECONDS)).isEqualTo(1.5);
        assertThat(gauge("cdc.offset.age")).isEqualTo(0.25);
        assertThat(gauge("cdc.heartbeat.roundtrip")).isEqualTo(0.02);
        assertThat(gauge("cdc.lag.bytes")).isEqualTo(4096);
        assertThat(gauge("cdc.queue.fill")).isEqualTo(0.25);
        assertThat(gauge("cdc.wal.retained")).as("not measured yet").isNaN();
    }

    @Test
    void an_instance_without_the_lease_does_not_tell_of_a_lag_that_is_not_its_own() {
        pipeline.metrics().bindTo(registry);

        assertThat(gauge("cdc.lease.held")).isZero();
        assertThat(gauge("cdc.lag")).isNaN();
        assertThat(gauge("cdc.lag.bytes")).isNaN();
        assertThat(gauge("cdc.letters.open", "projection", "public.a_view")).isNaN();
    }

    @Test
    void parked_changes_are_counted_by_projection_and_operation_and_those_still_parked_are_told() {
        pipeline.held = true;
        pipeline.parked = 7;
        pipeline.metrics().bindTo(registry);

        String[] updates = {"projection", "public.a_view", "operation", "update"};
        assertThat(counter("cdc.changes.parked", updates)).isEqualTo(7);
        assertThat(counter("cdc.changes.discarded", updates)).isEqualTo(1);
        assertThat(counter("cdc.changes.replayed", updates)).isEqualTo(2);
        assertThat(gauge("cdc.letters.open", "projection", "public.a_view")).isEqualTo(4);
        assertThat(gauge("cdc.letters.open", "projection", "public.b_view")).isZero();
    }

    @Test
    void a_load_is_told_by_the_tables_that_are_not_done() {
        pipeline.metrics().bindTo(registry);

        assertThat(gauge("cdc.load.tables")).isEqualTo(1);
        assertThat(gauge("cdc.load.rows.read")).isEqualTo(20);
        assertThat(gauge("cdc.load.rows.estimated")).isEqualTo(100);
    }

    @Test
    void the_first_engine_is_no_restart() {
        pipeline.metrics().bindTo(registry);

        assertThat(counter("cdc.engine.restarts")).isEqualTo(2);
        assertThat(counter("cdc.engine.failures")).isEqualTo(2);
        assertThat(counter("cdc.stream.jumps")).isEqualTo(1);
        assertThat(counter("cdc.changes.skipped")).isEqualTo(5);
    }

    @Test
    void a_batch_counts_for_its_target_unless_it_only_moves_the_offset() {
        pipeline.metrics().bindTo(registry);
        pipeline.listener.applied(new BatchApplied("db0", "read-model", 40, ANYWHERE, Duration.ofMillis(300)));
        pipeline.listener.applied(new BatchApplied("db0", "read-model", 0, ANYWHERE, Duration.ofMillis(1)));
        pipeline.listener.applied(new BatchApplied("db0", "nobody", 1, ANYWHERE, Duration.ofMillis(1)));
        pipeline.listener.retrying("db0", "read-model", 1, new IllegalStateException());

        assertThat(registry.get("cdc.batch.size").summary().count()).isEqualTo(1);
        assertThat(registry.get("cdc.batch.size").summary().totalAmount()).isEqualTo(40);
        assertThat(registry.get("cdc.batch.duration").timer().totalTime(TimeUnit.MILLISECONDS))
                .isEqualTo(300);
        assertThat(registry.get("cdc.batch.retries").counter().count()).isEqualTo(1);
    }

    @Test
    void a_scrape_of_all_meters_asks_for_the_status_once_or_twice() {
        pipeline.metrics().bindTo(registry);
        pipeline.asked = 0;

        registry.getMeters().forEach(meter -> meter.measure().forEach(each -> each.getValue()));

        assertThat(pipeline.asked).isLessThanOrEqualTo(2);
    }

    @Test
    void a_pool_that_is_opened_later_is_registered_then() {
        pipeline.targetPool = null;
        PipelineMeters meters = new PipelineMeters(registry, new StatusCache(pipeline::status, Duration.ZERO));
        meters.register();
        assertThat(registry.get("cdc.pool.max").tag("pool", "home").gauge().value())
                .isEqualTo(4);
        assertThat(registry.find("cdc.pool.max")
                        .tag("pool", "target:read-model")
                        .gauge())
                .isNull();

        pipeline.targetPool = new PoolUse(1, 2, 3, 6);
        meters.stateChanged("db0", ShardState.STARTING, ShardState.STREAMING, "");

        assertThat(registry.get("cdc.pool.waiting")
                        .tag("pool", "target:read-model")
                        .gauge()
                        .value())
                .isEqualTo(3);
    }

    @Test
    void another_pipeline_of_the_same_name_replaces_the_first() {
        pipeline.metrics().bindTo(registry);
        FakePipeline next = new FakePipeline();
        next.applied = 9;
        next.metrics().bindTo(registry);

        assertThat(counter("cdc.changes.applied", "projection", "public.a_view", "operation", "update"))
                .isEqualTo(9);
    }

    @Test
    void closing_takes_every_meter_out_and_no_other() {
        Meter foreign = registry.counter("cdc.of.someone", "pipeline", "another");
        CdcMetrics metrics = pipeline.metrics();
        metrics.bindTo(registry);
        metrics.close();

        assertThat(registry.getMeters()).containsExactly(foreign);
    }

    private double gauge(String name, String... tags) {
        return registry.get(name).tag("shard", "db0").tags(tags).gauge().value();
    }

    private double counter(String name, String... tags) {
        FunctionCounter counter =
                registry.get(name).tag("shard", "db0").tags(tags).functionCounter();
        return counter.count();
    }
}
