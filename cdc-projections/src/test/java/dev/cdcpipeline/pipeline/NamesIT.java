package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Column;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Names of any spelling that PostgreSQL allows, of schemas, tables and columns. */
class NamesIT {
    private static final String KEY = "Ключ, 1;\"a.b\":c";
    private static final String VALUE = "wert (x)*[y]+$^|\\";
    private static final String OTHER = "OTHER";

    /** A row of every table here. */
    public record Named(
            @Column(KEY) long id,
            @Column(VALUE) @Nullable String val,
            @Column(OTHER) @Nullable String other) {}

    private static final List<TableName> TABLES = List.of(
            new TableName("public", "Mixed Case"),
            new TableName("public", "mixed case"),
            new TableName("public", " leading and trailing "),
            new TableName("public", "ünï ©ødé 表 \uD83D\uDE00"),
            new TableName("public", "sixty_three_bytes".repeat(4).substring(0, 63)),
            new TableName("public", "it's"),
            new TableName("public", "a,b;c:d=e"),
            new TableName("public", "[a-z]+(x)*$^|\\ %_?{2}"),
            new TableName("public", "select"),
            new TableName("Other, Schema", "select".toUpperCase(Locale.ROOT)),
            new TableName("other", "mixed case"));
    private static final List<TableName> NOT_IN_CHUNKS =
            List.of(new TableName("public", "a.b"), new TableName("a.b", "c.d.e"));

    private final Bench bench = new Bench().source("db0");

    @AfterEach
    void close() {
        bench.close();
    }

    private static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    private static String quoted(TableName table) {
        return quoted(table.schema()) + "." + quoted(table.name());
    }

    private CdcPipelineBuilder pipeline(FirstLoad load, List<TableName> tables) {
        JdbcTarget views = JdbcTarget.named("views", bench.pool());
        for (int i = 0; i < tables.size(); i++) {
            TableName table = tables.get(i);
            bench.source()
                    .execute(
                            "create schema if not exists " + quoted(table.schema()),
                            "create table " + quoted(table) + columns(),
                            "insert into " + quoted(table) + " select i, 'old', 'OLD' from generate_series(1, 3000) i");
            bench.readModel().execute("create table v" + i + columns());
            views = views.project(UpsertProjection.from(SourceTable.of(table, Named.class))
                    .into("v" + i)
                    .build());
        }
        return CdcPipeline.builder()
                .name("names")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").firstLoad(load).build())
                .target(views);
    }

    private static String columns() {
        return "(" + quoted(KEY) + " bigint primary key, " + quoted(VALUE) + " text, " + quoted(OTHER)
                + " text, \"a.b\" int)";
    }

    private void change(List<TableName> tables) {
        for (TableName table : tables) {
            bench.source()
                    .execute(
                            "insert into " + quoted(table) + " values (9000, 'new', null)",
                            "update " + quoted(table) + " set " + quoted(VALUE) + " = 'Changed' where " + quoted(KEY)
                                    + " < 5",
                            "update " + quoted(table) + " set " + quoted(KEY) + " = 9001 where " + quoted(KEY) + " = 5",
                            "delete from " + quoted(table) + " where " + quoted(KEY) + " = 6");
        }
    }

    private List<String> wrong(List<TableName> tables, String where) {
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            String order = where + " order by " + quoted(KEY);
            List<String> expected =
                    Bench.rows(bench.source(), "select t::text from " + quoted(tables.get(i)) + " t " + order);
            List<String> actual = Bench.rows(bench.readModel(), "select t::text from v" + i + " t " + order);
            if (!actual.equals(expected)) {
                wrong.add(tables.get(i) + ": " + actual.size() + " rows in place of " + expected.size());
            }
        }
        return wrong;
    }

    @ParameterizedTest
    @EnumSource(
            value = FirstLoad.class,
            names = {"INCREMENTAL", "SNAPSHOT"})
    void tables_of_any_name_are_loaded_and_followed(FirstLoad load) throws InterruptedException {
        List<TableName> tables = new ArrayList<>(TABLES);
        if (load == FirstLoad.SNAPSHOT) {
            tables.addAll(NOT_IN_CHUNKS);
        }
        try (CdcPipeline pipeline = bench.startLoaded(pipeline(load, tables))) {
            change(tables);
            bench.awaitApplied(pipeline);

            assertThat(wrong(tables, "")).isEmpty();
        }
    }

    @Test
    void columns_that_differ_by_case_only_are_refused_where_one_is_read_and_names_between_quotes_too() {
        TableName twins = new TableName("public", "twins");
        CdcPipelineBuilder builder = pipeline(FirstLoad.NONE, List.of(twins));
        bench.source().execute("alter table twins add \"unread\" int, add \"UNREAD\" int");
        try (CdcPipeline pipeline = builder.build()) {
            pipeline.start();
        }

        bench.source().execute("alter table twins add \"Other\" int", "create table \"\"\"quoted\"\"\" (id int)");
        try (CdcPipeline pipeline = builder.build()) {
            assertThatThrownBy(pipeline::start)
                    .hasMessageContaining(
                            "public.twins: columns 'OTHER' and 'Other' differ by upper and lower case only");
        }
        try (CdcPipeline pipeline = CdcPipeline.builder()
                .name("quoted")
                .offsets(JdbcOffsets.in(bench.pool()))
                .shard(bench.shard("db0").firstLoad(FirstLoad.NONE).build())
                .target(JdbcTarget.named("views", bench.pool())
                        .project(HandlerProjection.named("none")
                                .on(SourceTable.rows(new TableName("public", "\"quoted\"")), (change, handle) -> {})))
                .build()) {
            assertThatThrownBy(pipeline::start).hasMessageContaining("has a double quote");
        }
    }

    @Test
    void what_cannot_be_loaded_in_chunks_for_its_name_is_refused_by_it() {
        try (CdcPipeline pipeline =
                pipeline(FirstLoad.INCREMENTAL, NOT_IN_CHUNKS).build()) {
            assertThatThrownBy(pipeline::start)
                    .hasMessageContainingAll("table public.\"a.b\" has a dot in its name", "FirstLoad.SNAPSHOT");
        }
    }
}
