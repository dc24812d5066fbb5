package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many SQL types, with ordinary and extreme values, by the first load and by the stream. */
class ValueTypesIT {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final long FIRST_LOADED = 1;
    private static final long FIRST_STREAMED = 1001;

    /** The labels {@code sad} and {@code in-transit}; the third, which has no constant, is only copied. */
    enum Mood {
        SAD,
        IN_TRANSIT
    }

    /** A row with a column of every type. */
    record Values(
            long id,
            @Nullable Short int2,
            @Nullable Integer int4,
            @Nullable Long int8,
            @Nullable Float float4,
            @Nullable Double float8,
            @Nullable Boolean bool,
            @Nullable BigDecimal num,
            @Nullable BigDecimal num12,
            @Nullable String txt,
            @Nullable String vc,
            @Nullable String ch,
            @Nullable String ci,
            @Nullable String js,
            @Nullable String jsb,
            @Nullable UUID uid,
            @Nullable LocalDate day,
            @Nullable LocalTime tim,
            @Nullable LocalDateTime ts,
            @Nullable Instant tstz,
            byte @Nullable [] bin,
            @Nullable Mood mood,
            @Nullable Integer domInt,
            @Nullable String domText,
            @Nullable List<@Nullable Integer> ints,
            @Nullable List<@Nullable Long> longs,
            @Nullable List<@Nullable String> texts,
            @Nullable List<@Nullable String> vcs,
            @Nullable List<@Nullable String> chs,
            @Nullable List<@Nullable UUID> uids,
            @Nullable List<byte @Nullable []> bins,
            @Nullable List<@Nullable String> jss,
            @Nullable List<@Nullable String> jsbs) {}

    private static final SourceTable<Values> VALUES = SourceTable.of("public.value_types", Values.class);

    /** What a record of an ordinary row must be. */
    private static Values ordinary(long id) {
        return new Values(
                id,
                (short) 7,
                42,
                4_000_000_000L,
                1.5f,
                2.25,
                true,
                new BigDecimal("12345678901234567890.1234567890"),
                new BigDecimal("1.100"),
                "plain",
                "plain",
                "ab   ",
                "MiXed",
                "{\"b\":  1, \"a\" : [null, \"x\"]}",
                "{\"a\": [null, \"x\"], \"b\": 1}",
                UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"),
                LocalDate.of(2026, 11, 20),
                LocalTime.of(10, 11, 12, 123_456_000),
                LocalDateTime.of(2026, 11, 20, 10, 11, 12, 123_456_000),
                Instant.parse("2026-11-20T04:41:12.123456Z"),
                new byte[] {0, -1, 0x5c, 0x22},
                Mood.IN_TRANSIT,
                5,
                "a@b.c",
                List.of(1, 2, 3),
                Arrays.asList(1L, null),
                Arrays.asList("a", null, "b"),
                List.of("a", "b"),
                Arrays.asList("abc", null),
                Arrays.asList(UUID.fromString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), null),
                Arrays.asList(new byte[] {0, -1}, null),
                Arrays.asList("{\"a\":  1}", null),
                Arrays.asList("{\"a\": 1}", null));
    }

    @ParameterizedTest
    @EnumSource(
            value = FirstLoad.class,
            names = {"INCREMENTAL", "SNAPSHOT"})
    void every_value_of_every_type_arrives_as_it_is(FirstLoad load) throws InterruptedException {
        PostgresSource server = PostgresSource.shared();
        try (TestDatabase source = server.freshDatabase("source");
                TestDatabase target = server.freshDatabase("read_model")) {
            create(source, "value_types");
            create(target, "value_types_view");
            int loaded = insert(source, FIRST_LOADED);
            Map<Operation, Values> seen = new ConcurrentHashMap<>();
            try (CdcPipeline pipeline = pipeline(source, target, load, seen)) {
                pipeline.start();
                assertThat(pipeline.awaitLoaded(PATIENCE)).as("loaded in time").isTrue();
                assertEqual(source, target, "first load", loaded);
                assertRecord(seen, Operation.READ, ordinary(FIRST_LOADED));

                int streamed = insert(source, FIRST_STREAMED);
                awaitApplied(pipeline, source);
                assertEqual(source, target, "streamed inserts", loaded + streamed);
                assertRecord(seen, Operation.CREATE, ordinary(FIRST_STREAMED));

                source.execute(giveEachRowTheValuesOfTheNext());
                awaitApplied(pipeline, source);
                assertEqual(source, target, "streamed updates", loaded + streamed);
            }
        }
    }

    private static CdcPipeline pipeline(
            TestDatabase source, TestDatabase target, FirstLoad load, Map<Operation, Values> seen) {
        return CdcPipeline.builder()
                .name("types")
                .shard(Bench.shard("db0", source)
                        .heartbeat(Duration.ofMillis(200))
                        .firstLoad(load)
                        .build())
                .offsets(JdbcOffsets.in(target.dataSource()))
                .target(JdbcTarget.named("copy", target.dataSource())
                        .project(UpsertProjection.from(VALUES)
                                .into("value_types_view")
                                .build())
                        .project(HandlerProjection.named("records")
                                .on(VALUES, (change, handle) -> remember(change, seen))))
                .build();
    }

    /** Only ordinary rows: of the others, some have values that Java has not. */
    private static void remember(Change<Values> change, Map<Operation, Values> seen) {
        if (change.key() == null) {
            return; // the TRUNCATE by which a snapshot begins
        }
        Object id = change.key().value("id");
        boolean isOrdinary = change.operation() == Operation.READ && id.equals(FIRST_LOADED)
                || change.operation() == Operation.CREATE && id.equals(FIRST_STREAMED);
        if (isOrdinary) {
            seen.put(change.operation(), change.after());
        }
    }

    private static void create(TestDatabase database, String table) {
        database.execute(
                "create extension citext", // in every server of the test kit
                "create type mood as enum ('sad', 'in-transit', " + literal("it's \"ok\\\", {so}") + ")",
                "create domain dom_int as int check (value <> 0)",
                "create domain dom_text as text",
                "create table " + table + " (id bigint primary key, "
                        + join(column -> column.name() + " " + column.type()) + ")");
    }

    /**
     * A row of ordinary values, one of nulls, and one for each of the rest; where a column has no more values, null.
     *
     * @return how many
     */
    private static int insert(TestDatabase source, long firstId) {
        int most = ValueColumns.COLUMNS.stream()
                .mapToInt(column -> column.values().size())
                .max()
                .orElseThrow();
        for (int i = 0; i <= most; i++) {
            int index = i == 0 ? 0 : i - 1;
            boolean nulls = i == 1;
            source.execute("insert into value_types values (" + (firstId + i) + ", "
                    + join(column -> nulls || index >= column.values().size()
                            ? "null"
                            : literal(column.values().get(index)))
                    + ")");
        }
        return most + 1;
    }

    private static String giveEachRowTheValuesOfTheNext() {
        return "update value_types t set " + join(column -> column.name() + " = s." + column.name())
                + " from value_types s where s.id = coalesce((select min(n.id) from value_types n where n.id > t.id),"
                + " (select min(n.id) from value_types n))";
    }

    private static String join(Function<ValueColumns.Column, String> text) {
        return ValueColumns.COLUMNS.stream().map(text).collect(Collectors.joining(", "));
    }

    private static String literal(String value) {
        return "'" + value.replace("'", "''") + "'";
    }

    private static void awaitApplied(CdcPipeline pipeline, TestDatabase source) throws InterruptedException {
        String lsn = source.queryString("select pg_current_wal_insert_lsn()::text");
        assertThat(pipeline.awaitApplied("db0", lsn, PATIENCE))
                .as("applied in time; status %s", pipeline.status())
                .isTrue();
    }

    private static void assertRecord(Map<Operation, Values> seen, Operation operation, Values expected) {
        assertThat(seen.get(operation))
                .as("the record of a " + operation)
                .usingRecursiveComparison()
                .isEqualTo(expected);
    }

    /** Every column of every row, by its text form; all differences are told at once. */
    private static void assertEqual(TestDatabase source, TestDatabase target, String phase, int rows) {
        List<@Nullable String> ids = source.queryStrings("select id::text from value_types order by id");
        assertThat(ids).as("rows at the source, " + phase).hasSize(rows);
        assertThat(target.queryStrings("select id::text from value_types_view order by id"))
                .as("rows in the view, " + phase)
                .isEqualTo(ids);
        List<String> wrong = new ArrayList<>();
        for (ValueColumns.Column column : ValueColumns.COLUMNS) {
            String text = "select " + column.name() + "::text from ";
            List<@Nullable String> expected = source.queryStrings(text + "value_types order by id");
            List<@Nullable String> actual = target.queryStrings(text + "value_types_view order by id");
            for (int i = 0; i < rows; i++) {
                if (!Objects.equals(expected.get(i), actual.get(i))) {
                    wrong.add(phase + ", column " + column.name() + " (" + column.type() + "), row " + ids.get(i)
                            + ": the source has <" + expected.get(i) + ">, the view <" + actual.get(i) + ">");
                }
            }
        }
        assertThat(wrong).isEmpty();
    }
}
