package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * A load of tables that nobody changes, on a server where other databases are busy. Debezium's read-only incremental snapshot
 * waits for a transaction by its exact number; where that went to another database, it waits for ever.
 */
class IdleTableLoadIT {
    private static final int ROWS = 60_000;

    @Test
    void a_load_of_idle_tables_comes_to_its_end_beside_busy_databases() throws InterruptedException {
        AtomicBoolean loaded = new AtomicBoolean();
        try (Bench bench = new Bench().source("db0");
                TestDatabase busy = bench.source().source().freshDatabase("busy")) {
            bench.source()
                    .execute(
                            "insert into a select i, 'idle', i from generate_series(1, " + ROWS + ") i",
                            "truncate journal");
            Thread others = new Thread(
                    () -> {
                        while (!loaded.get()) {
                            busy.execute("select pg_current_xact_id()");
                        }
                    },
                    "busy-database");
            others.start();
            try {
                CdcPipeline pipeline = bench.start(CdcPipeline.builder()
                        .name("bench")
                        .offsets(JdbcOffsets.in(bench.pool()))
                        .shard(bench.shard("db0")
                                .heartbeat(Duration.ofMillis(60))
                                .build())
                        .target(bench.views("views")));
                assertThat(pipeline.awaitLoaded(Duration.ofMinutes(2)))
                        .as("loaded; %s", pipeline.status())
                        .isTrue();
            } finally {
                loaded.set(true);
                Bench.join(others);
            }
            bench.assertViewsEqualSources();
        }
    }
}
