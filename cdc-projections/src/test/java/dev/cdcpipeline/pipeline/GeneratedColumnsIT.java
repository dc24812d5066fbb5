package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Columns that the server computes: stored ones are carried from PostgreSQL 18 on, where nothing is loaded. */
class GeneratedColumnsIT {
    /** With the stored column, and one that is numbered by the server. */
    public record Stored(int id, int a, @Nullable Integer twice, int number) {}

    /** With the column that is computed when it is read. */
    public record Virtual(int id, @Nullable Integer thrice) {}

    private final Bench bench = new Bench().source("db0");

    @AfterEach
    void close() {
        bench.close();
    }

    private CdcPipelineBuilder pipeline(Class<?> type, FirstLoad load) {
        bench.source()
                .execute(
                        "create table t (id int primary key, a int not null, twice int generated always as (a * 2) stored,"
                                + " thrice int generated always as (a * 3) virtual,"
                                + " number int generated always as identity)",
                        "insert into t select i, i from generate_series(1, 3000) i");
        bench.readModel().execute("create table t_view (id int primary key, a int, twice int, number int)");
        return CdcPipeline.builder()
                .name("generated")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").firstLoad(load).build())
                .target(JdbcTarget.named("views", bench.pool())
                        .project(UpsertProjection.from(SourceTable.of("public.t", type))
                                .into("t_view")
                                .build()));
    }

    @Test
    void a_stored_generated_column_is_followed_where_there_is_no_load() throws InterruptedException {
        try (CdcPipeline pipeline = bench.start(pipeline(Stored.class, FirstLoad.NONE))) {
            bench.source()
                    .execute(
                            "insert into t values (9000, 7)",
                            "update t set a = a + 1 where id = 9000",
                            "update t set a = a + 1 where id < 10",
                            "delete from t where id = 20");
            bench.awaitApplied(pipeline);

            assertThat(Bench.rows(bench.readModel(), "select t::text from t_view t order by id"))
                    .containsExactlyElementsOf(
                            Bench.rows(
                                    bench.source(),
                                    "select t::text from (select id, a, twice, number from t where id < 10 or id = 9000) t order by id"));
        }
    }

    @Test
    void a_virtual_generated_column_is_refused_by_its_name() {
        try (CdcPipeline pipeline = pipeline(Virtual.class, FirstLoad.NONE).build()) {
            assertThatThrownBy(pipeline::start)
                    .hasMessageContainingAll("public.t.thrice", "computed when it is read", "leave the component out");
        }
    }

    @Test
    void a_load_which_would_leave_it_out_is_refused() {
        try (CdcPipeline pipeline =
                pipeline(Stored.class, FirstLoad.INCREMENTAL).build()) {
            assertThatThrownBy(pipeline::start)
                    .hasMessageContainingAll("public.t.twice", "is a generated column", "FirstLoad.NONE only");
        }
    }
}
