package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A target that is added to a pipeline which has run for a while. */
class SecondTargetIT {
    private static final int ROWS = 3_000;

    @Test
    void a_target_that_is_added_later_loads_every_row_while_the_first_goes_on_where_it_is()
            throws InterruptedException {
        try (Bench bench = new Bench().source("db0");
                TestDatabase secondModel = PostgresSource.shared().freshDatabase("second_model")) {
            secondModel.execute("create table a_copy (id bigint primary key, val text, n int)");
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, " + ROWS + ") i");
            bench.source().execute("truncate journal");
            AtomicInteger firstReads = new AtomicInteger();
            AtomicInteger secondReads = new AtomicInteger();
            JdbcTarget first = bench.mirror().project(reads(firstReads));

            CdcPipeline alone = bench.startLoaded(bench.builder().target(first));
            assertThat(firstReads.getAndSet(0))
                    .as("rows read by the first target")
                    .isEqualTo(ROWS);
            alone.close();
            bench.source()
                    .execute("update a set val = 'while stopped' where id % 10 = 0", "delete from a where id = 7");

            JdbcTarget second = JdbcTarget.named("second", secondModel.dataSource())
                    .project(UpsertProjection.from(Item.A).into("a_copy").build())
                    .project(reads(secondReads));
            CdcPipeline both = bench.start(CdcPipeline.builder()
                    .name("bench")
                    .offsets(JdbcOffsets.in(bench.pool()))
                    .shard(bench.shard("db0").build())
                    .target(first)
                    .target(second));
            try (Traffic traffic = Traffic.on(bench.source())) {
                assertThat(both.awaitLoaded(Bench.PATIENCE)).isTrue();
                assertThat(traffic.commits()).isPositive();
            }
            bench.awaitApplied(both);

            assertThat(firstReads.get())
                    .as("rows read again by the first target")
                    .isZero();
            assertThat(secondReads.get()).as("rows read by the second target").isGreaterThanOrEqualTo(ROWS - 250);
            bench.assertExact();
            String rows = "select concat_ws('|', id, val, n) from ";
            assertThat(Bench.rows(secondModel, rows + "a_copy"))
                    .containsExactlyInAnyOrderElementsOf(Bench.rows(bench.source(), rows + "a"));

            both.close();
            secondReads.set(0);
            CdcPipeline again = bench.startLoaded(bench.builder().target(first).target(second));
            bench.awaitApplied(again);
            assertThat(firstReads.get() + secondReads.get())
                    .as("rows read by a third start")
                    .isZero();
        }
    }

    private static HandlerProjection reads(AtomicInteger count) {
        return HandlerProjection.named("reads").on(Item.A, (change, handle) -> {
            if (change.operation() == Operation.READ) {
                count.incrementAndGet();
            }
        });
    }
}
