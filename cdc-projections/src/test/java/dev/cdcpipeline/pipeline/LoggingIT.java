package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What a pipeline writes into the log. */
class LoggingIT {

    @Test
    void one_line_at_the_start_holds_the_settings_and_no_line_a_secret() {
        try (Bench bench = new Bench().source("db0");
                CapturedLog log = new CapturedLog()) {
            Role role = bench.keep(Role.create(bench.source(), "login superuser"));
            CdcPipeline pipeline = bench.start(CdcPipeline.builder()
                    .name("bench")
                    .offsets(JdbcOffsets.in(bench.pool()))
                    .shard(bench.shard("db0")
                            .user(role.name())
                            .password(Role.PASSWORD)
                            .connector("database.sslpassword", Role.PASSWORD)
                            .build())
                    .target(bench.mirror()));
            pipeline.close();

            List<String> lines = log.events().stream()
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("pipeline 'bench' is started"))
                    .singleElement()
                    .asString()
                    .contains(
                            "[db0 " + role.name() + "@",
                            "slot=cdc_bench_db0",
                            "heartbeat=PT0.2S",
                            "database.sslpassword=***",
                            "targets=[mirror]",
                            "batchSize=",
                            "leaseTime=PT15S");
            assertThat(lines).noneMatch(line -> line.contains(Role.PASSWORD));
        }
    }

    @Test
    void every_line_of_a_shard_names_pipeline_and_shard_in_the_context_and_the_target_while_it_works()
            throws InterruptedException {
        AtomicBoolean failed = new AtomicBoolean();
        HandlerProjection fails = HandlerProjection.named("fails").on(Item.A, (change, handle) -> {
            if (!failed.getAndSet(true)) {
                throw new TransientFailure("not now", new IllegalStateException());
            }
        });
        try (Bench bench = new Bench().source("db0");
                CapturedLog log = new CapturedLog()) {
            CdcPipeline pipeline = bench.startLoaded(
                    bench.builder().target(bench.views("views").project(fails)));
            bench.source().execute("insert into a values (1, 'x', 1)");
            bench.awaitApplied(pipeline);
            pipeline.shard("db0").pause();
            Bench.eventually(() -> assertThat(log.events())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.startsWith("[db0] STREAMING -> PAUSED")));

            assertThat(log.events())
                    .filteredOn(event -> event.getFormattedMessage().startsWith("[db0]"))
                    .hasSizeGreaterThan(5)
                    .allSatisfy(event -> assertThat(event.getMDCPropertyMap())
                            .as(event.getFormattedMessage())
                            .containsEntry("cdc.pipeline", "bench")
                            .containsEntry("cdc.shard", "db0"));
            assertThat(log.events())
                    .filteredOn(event -> event.getFormattedMessage().startsWith("[db0] STREAMING -> RETRYING"))
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.getMDCPropertyMap()).containsEntry("cdc.target", "views"));
        }
    }

    @Test
    void changes_are_not_logged_not_even_at_debug() throws InterruptedException {
        try (Bench bench = new Bench().source("db0")) {
            CdcPipeline pipeline =
                    bench.startLoaded(bench.builder().batchSize(200).target(bench.mirror()));
            try (CapturedLog log = new CapturedLog()) {
                bench.source()
                        .execute(
                                "insert into a select i, 'x', i from generate_series(1, 3000) i",
                                "update a set n = 0",
                                "delete from a");
                bench.awaitApplied(pipeline);

                assertThat(log.events())
                        .extracting(ILoggingEvent::getFormattedMessage)
                        .hasSizeLessThan(20);
            }
            bench.assertExact();
        }
    }
}
