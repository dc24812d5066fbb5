package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.GapPolicy;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A table without a key, in which a row may be there twice: any row that is lost or comes twice is seen. */
class KeylessTableIT {
    private static final String ROWS = "select concat_ws('|', val, coalesce(n::text, '<null>')) from ";

    /** A row of it. */
    public record Entry(@Nullable String val, @Nullable Integer n) {}

    private static final SourceTable<Entry> ENTRIES = SourceTable.of("public.entries", Entry.class);

    private static Bench bench() {
        Bench bench = new Bench().source("db0");
        bench.source()
                .execute(
                        "create table entries (val text, n int)",
                        "alter table entries replica identity full",
                        "insert into entries select 'old ' || i / 2, i / 2 from generate_series(1, 5000) i",
                        "insert into entries values (null, null), (null, null)");
        bench.readModel().execute("create table entries_view (val text, n int)");
        return bench;
    }

    private static JdbcTarget copy(Bench bench) {
        return JdbcTarget.named("copy", bench.pool())
                .project(HandlerProjection.named("entries").on(ENTRIES, KeylessTableIT::copy));
    }

    private static void copy(Change<Entry> change, Handle handle) {
        switch (change.operation()) {
            case CREATE, READ -> add(change.after(), handle);
            case DELETE -> removeOne(change.before(), handle);
            case UPDATE -> {
                removeOne(change.before(), handle);
                add(change.after(), handle);
            }
            case TRUNCATE -> handle.execute("delete from entries_view");
        }
    }

    private static void add(Entry entry, Handle handle) {
        handle.execute("insert into entries_view values (?, ?)", entry.val(), entry.n());
    }

    private static void removeOne(Entry entry, Handle handle) {
        handle.execute(
                "delete from entries_view where ctid = (select ctid from entries_view"
                        + " where val is not distinct from ?::text and n is not distinct from ?::int limit 1)",
                entry.val(),
                entry.n());
    }

    private static CdcPipelineBuilder builder(Bench bench, FirstLoad load, GapPolicy gaps) {
        return CdcPipeline.builder()
                .name("bench")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").firstLoad(load).gapPolicy(gaps).build());
    }

    private static void assertCopied(Bench bench) {
        assertThat(Bench.rows(bench.readModel(), ROWS + "entries_view"))
                .containsExactlyInAnyOrderElementsOf(Bench.rows(bench.source(), ROWS + "entries"));
    }

    @Test
    void it_is_loaded_by_a_snapshot_and_streamed() throws InterruptedException {
        try (Bench bench = bench()) {
            CdcPipeline pipeline;
            try (Writer writer = new Writer(bench)) {
                pipeline = bench.startLoaded(
                        builder(bench, FirstLoad.SNAPSHOT, GapPolicy.REFUSE).target(copy(bench)));
                assertThat(writer.rounds).isPositive();
            }
            bench.awaitApplied(pipeline);

            assertCopied(bench);
        }
    }

    @Test
    void after_a_gap_it_is_loaded_by_another_snapshot() throws InterruptedException {
        try (Bench bench = bench()) {
            bench.startLoaded(
                            builder(bench, FirstLoad.SNAPSHOT, GapPolicy.RELOAD).target(copy(bench)))
                    .close();
            bench.source()
                    .execute(
                            "select pg_drop_replication_slot('cdc_bench_db0')",
                            "delete from entries where n between 10 and 20",
                            "insert into entries select 'in the gap', 0 from generate_series(1, 100)");

            CdcPipeline again = bench.start(
                    builder(bench, FirstLoad.SNAPSHOT, GapPolicy.RELOAD).target(copy(bench)));
            assertThat(again.awaitLoaded(Bench.PATIENCE)).isTrue();
            bench.source().execute("insert into entries values ('after', 1)");
            bench.awaitApplied(again);

            assertCopied(bench);
        }
    }

    @Test
    void added_later_it_is_refused_because_only_a_first_snapshot_can_load_it() throws InterruptedException {
        try (Bench bench = bench()) {
            bench.startLoaded(
                            builder(bench, FirstLoad.SNAPSHOT, GapPolicy.REFUSE).target(bench.views("mirror")))
                    .close();

            assertThatThrownBy(() -> bench.start(builder(bench, FirstLoad.SNAPSHOT, GapPolicy.REFUSE)
                            .target(bench.views("mirror"))
                            .target(copy(bench))))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("table public.entries has no primary key")
                    .hasMessageContaining("FirstLoad.NONE");
        }
    }

    /** Inserts, changes and deletes until it is closed. */
    private static final class Writer implements AutoCloseable {
        private final Thread thread;
        private volatile boolean stopped;
        private volatile int rounds;

        Writer(Bench bench) {
            thread = new Thread(() -> write(bench), "writer");
            thread.start();
        }

        private void write(Bench bench) {
            for (int i = 0; !stopped; rounds = ++i) {
                bench.source()
                        .execute(
                                "insert into entries values ('new', " + i % 7 + "), ('new', " + i % 7 + ")",
                                "update entries set n = n + 1 where n = " + i % 50,
                                "delete from entries where n = " + (2000 + i % 400));
            }
        }

        @Override
        public void close() {
            stopped = true;
            Bench.join(thread);
        }
    }
}
