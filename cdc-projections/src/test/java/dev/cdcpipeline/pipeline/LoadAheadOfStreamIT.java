package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Debezium hands over rows of a first load ahead of older changes, while the stream lags behind. */
class LoadAheadOfStreamIT {
    private static final int ROWS = 10_000;
    private static final int CHANGES_BEHIND = 500;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A row with a value that is stored out of line. */
    public record Doc(long id, int n, @Nullable String bio) {}

    @Test
    void a_row_whose_key_changed_behind_the_place_that_was_read_is_there_when_the_load_is_said_to_be_done()
            throws InterruptedException {
        PostgresSource server = PostgresSource.shared();
        try (TestDatabase source = server.freshDatabase("source");
                TestDatabase target = server.freshDatabase("read_model")) {
            source.execute(
                    "create table doc (id bigint primary key, n int not null, bio text)",
                    "alter table doc alter column bio set storage external",
                    "insert into doc select i, 0, repeat(md5(i::text), 100) from generate_series(1, " + ROWS + ") i");
            target.execute("create table doc_view (id bigint primary key, n int, bio text)");
            CountDownLatch begun = new CountDownLatch(1);
            CountDownLatch behind = new CountDownLatch(1);
            try (CdcPipeline pipeline = pipeline(source, target, begun, behind)) {
                pipeline.start();
                assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
                for (int i = 0; i < CHANGES_BEHIND; i++) {
                    source.execute("update doc set n = n + 1 where id = 1");
                }
                source.execute("update doc set id = 109000 where id = 9000");
                behind.countDown();

                assertThat(pipeline.awaitLoaded(PATIENCE)).isTrue();
                assertThat(rows(target, "doc_view")).isEqualTo(rows(source, "doc"));
            }
        }
    }

    private static CdcPipeline pipeline(
            TestDatabase source, TestDatabase target, CountDownLatch begun, CountDownLatch behind) {
        SourceTable<Doc> docs = SourceTable.of("public.doc", Doc.class);
        HandlerProjection slow = HandlerProjection.named("slow").on(docs, (change, handle) -> {
            begun.countDown();
            behind.await();
        });
        return CdcPipeline.builder()
                .name("ahead")
                .shard(Bench.shard("db0", source).build())
                .offsets(JdbcOffsets.in(target.dataSource()))
                .target(JdbcTarget.named("copy", target.dataSource())
                        .project(UpsertProjection.from(docs).into("doc_view").build())
                        .project(slow))
                .build();
    }

    private static String rows(TestDatabase database, String table) {
        return database.queryString(
                "select count(*) || ' ' || md5(string_agg(concat_ws('|', id, n, md5(bio)), ',' order by id))" + " from "
                        + table);
    }
}
