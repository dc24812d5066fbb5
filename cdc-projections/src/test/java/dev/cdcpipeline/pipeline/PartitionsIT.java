package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A partitioned table is one table to its view, whatever becomes of its partitions, in both modes of a publication. */
class PartitionsIT {
    /** A row of it, whichever partition has it. */
    public record Part(int id, int k, @Nullable String v) {}

    private static final SourceTable<Part> P = SourceTable.of("public.p", Part.class);

    private final Bench bench = new Bench().source("db0");

    @BeforeEach
    void create() {
        bench.source()
                .execute(
                        "create table p (id int, k int, v text, primary key (id, k)) partition by range (k)",
                        "create table p1 partition of p for values from (0) to (10)",
                        "create table p2 partition of p for values from (10) to (20) partition by range (id)",
                        "create table p2a partition of p2 for values from (0) to (1000)",
                        "create table \"P 2.b\" partition of p2 for values from (1000) to (100000)",
                        "insert into p select i, i % 20, 'old' from generate_series(1, 5000) i");
        bench.readModel().execute("create table p_view (id int, k int, v text, primary key (id, k))");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private CdcPipelineBuilder pipeline() {
        return CdcPipeline.builder()
                .name("parts")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").publication("own").build())
                .watchdogInterval(Duration.ofSeconds(1))
                .target(JdbcTarget.named("views", bench.pool())
                        .project(UpsertProjection.from(P).into("p_view").build()));
    }

    private void assertEqual(CdcPipeline pipeline) throws InterruptedException {
        bench.awaitApplied(pipeline);
        assertThat(Bench.rows(bench.readModel(), "select p::text from p_view p order by id, k"))
                .containsExactlyElementsOf(Bench.rows(bench.source(), "select p::text from p order by id, k"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_view_equals_a_partitioned_table_whatever_moves_comes_or_goes(boolean viaRoot) throws InterruptedException {
        bench.source()
                .execute("create publication own for table p with (publish_via_partition_root = " + viaRoot + ")");
        try (CdcPipeline pipeline = bench.startLoaded(pipeline())) {
            assertEqual(pipeline);

            bench.source()
                    .execute(
                            "update p set k = k + 10, v = 'moved' where id < 500 and k < 10",
                            "update p set id = id + 20000 where id between 900 and 950 and k >= 10",
                            "create table p3 partition of p for values from (20) to (30)",
                            "insert into p select i, 25, 'new' from generate_series(1, 50) i",
                            "update p set k = 5 where k = 25 and id < 10",
                            "delete from p where id % 7 = 0");
            assertEqual(pipeline);

            bench.source()
                    .execute(
                            "create table p4 (v text, k int not null, id int not null)",
                            "alter table p attach partition p4 for values from (30) to (40)",
                            "insert into p select i, 35, 'in another order' from generate_series(1, 50) i",
                            "update p set v = 'again' where k = 35 and id < 10");
            assertEqual(pipeline);

            bench.source().execute("truncate p", "insert into p values (1, 1, 'after'), (2, 35, 'after')");
            assertEqual(pipeline);
        }
    }

    @Test
    void a_load_ends_under_changes_of_a_partition_whose_columns_are_in_another_order() throws InterruptedException {
        bench.source()
                .execute(
                        "create table p4 (v text, k int not null, id int not null)",
                        "alter table p attach partition p4 for values from (30) to (40)",
                        "insert into p select i, 30 + i % 10, 'old' from generate_series(1, 5000) i",
                        "create publication own for table p with (publish_via_partition_root = false)");
        AtomicBoolean done = new AtomicBoolean();
        Thread traffic = new Thread(() -> {
            for (int i = 0; !done.get(); i++) {
                bench.source()
                        .execute("update p set v = 'x" + i + "' where k = 35 and id % 100 = 5; update p set v = 'y" + i
                                + "' where k = 5 and id % 100 = 5");
            }
        });
        traffic.start();
        try (CdcPipeline pipeline = bench.startLoaded(pipeline())) {
            done.set(true);
            traffic.join();
            assertEqual(pipeline);
        } finally {
            done.set(true);
        }
    }

    @Test
    void changes_of_a_partition_that_is_gone_by_now_belong_to_the_table_still() throws InterruptedException {
        bench.source().execute("create publication own for table p");
        try (CdcPipeline pipeline = bench.startLoaded(pipeline())) {
            bench.source()
                    .execute("begin; insert into p values (1, 11, 'x'); insert into p values (7000, 1, 'x');"
                            + " delete from p where k >= 10; alter table p detach partition p2; commit");
            assertEqual(pipeline);
        }
    }

    private List<String> found(CdcPipeline pipeline) {
        return bench.status(pipeline).findings().stream()
                .filter(finding -> finding.kind() == FindingKind.PARTITIONS)
                .map(Finding::text)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_partition_that_is_emptied_attached_or_dropped_is_warned_of_and_a_backfill_puts_it_right(boolean viaRoot)
            throws InterruptedException {
        bench.source()
                .execute("create publication own for table p with (publish_via_partition_root = " + viaRoot + ")");
        try (CdcPipeline pipeline = bench.startLoaded(pipeline())) {
            // Full for a while and empty for a while: the watchdog must have seen it with rows before.
            long begun = System.nanoTime();
            Bench.eventually(() -> {
                boolean full = Duration.ofNanos(System.nanoTime() - begun).toSeconds() / 3 % 2 == 0;
                bench.source()
                        .execute(full ? "insert into p values (1, 11, 'x') on conflict do nothing" : "truncate p2a");
                assertThat(found(pipeline)).anyMatch(text -> text.contains("public.p2a was emptied"));
            });
            bench.source().execute("truncate p2a");
            bench.source()
                    .execute(
                            "drop table p1",
                            "create table p4 (v text, k int not null, id int not null)",
                            "insert into p4 values ('attached', 35, 1)",
                            "alter table p attach partition p4 for values from (30) to (40)");
            Bench.eventually(() -> assertThat(found(pipeline))
                    .singleElement()
                    .asString()
                    .contains("public.p1 was detached or dropped", "public.p2a was emptied", "public.p4 was attached"));

            String backfill = pipeline.backfill("views", "p_view", TableName.parse("public.p"));
            assertThat(backfill).isNotEmpty();
            Bench.eventually(() -> assertThat(
                            Bench.rows(bench.readModel(), "select p::text from p_view p order by id, k"))
                    .containsExactlyElementsOf(Bench.rows(bench.source(), "select p::text from p order by id, k")));
            Bench.eventually(() -> assertThat(bench.status(pipeline).findings()).isEmpty());
        }
    }
}
