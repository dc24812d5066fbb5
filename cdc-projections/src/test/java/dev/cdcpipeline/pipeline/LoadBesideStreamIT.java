package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.MirrorProjection;
import dev.cdcpipeline.projection.jdbc.SchemaEvolution;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.PostgresShardBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a load reads of a table while the stream brings changes of it. */
class LoadBesideStreamIT {
    /** More than fit into the engine's queue, so that a load that nobody takes rows from waits for its next chunk. */
    private static final int ROWS = 30_000;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** A row whose key is (b, a). */
    public record Pair(int a, int b, int n) {}

    private final TestDatabase source = PostgresSource.shared().freshDatabase("source");
    private final TestDatabase target = PostgresSource.shared().freshDatabase("read_model");

    @AfterEach
    void drop() {
        source.close();
        target.close();
    }

    private PostgresShardBuilder shard() {
        return Bench.shard("db0", source).heartbeat(Duration.ofMillis(200));
    }

    private CdcPipelineBuilder pipeline(PostgresShardBuilder shard) {
        return CdcPipeline.builder().name("beside").shard(shard.build()).offsets(JdbcOffsets.in(target.dataSource()));
    }

    private void loaded(CdcPipeline pipeline) throws InterruptedException {
        assertThat(pipeline.awaitLoaded(PATIENCE))
                .as("loaded in time; status %s", pipeline.status())
                .isTrue();
    }

    @Test
    void a_table_whose_key_has_another_order_than_its_columns_is_loaded_whole_although_it_changes()
            throws InterruptedException {
        source.execute(
                "create table pair (a int, b int, n int not null, primary key (b, a))",
                "insert into pair select i, 1000000 - 7 * i, 0 from generate_series(1, " + ROWS + ") i",
                "analyze pair");
        target.execute("create table pair_view (a int, b int, n int, primary key (b, a))");
        SourceTable<Pair> pairs = SourceTable.of("public.pair", Pair.class);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        HandlerProjection slow = HandlerProjection.named("slow").on(pairs, (change, handle) -> {
            begun.countDown();
            changed.await();
        });
        try (CdcPipeline pipeline = pipeline(shard())
                .target(JdbcTarget.named("copy", target.dataSource())
                        .project(UpsertProjection.from(pairs).into("pair_view").build())
                        .project(slow))
                .build()) {
            pipeline.start();
            assertThat(begun.await(1, TimeUnit.MINUTES)).isTrue();
            source.execute("update pair set n = a where a % 500 = 0");
            changed.countDown();

            loaded(pipeline);
            assertThat(rows(target, "pair_view")).isEqualTo(rows(source, "pair"));
        }
    }

    private static String rows(TestDatabase database, String table) {
        return database.queryString("select count(*) || ' ' || sum(n) || ' ' || sum(a::bigint) from " + table);
    }

    @Test
    void rows_of_a_load_have_the_types_of_now_although_the_stream_has_yet_to_come_there() throws InterruptedException {
        source.execute(
                "create table things (id int primary key, v int)",
                "create table noise (x int)",
                "insert into things select i, i from generate_series(1, " + ROWS + ") i");
        try (CdcPipeline pipeline = pipeline(shard()).target(mirror("first")).build()) {
            pipeline.start();
            loaded(pipeline);
        }
        source.execute(
                "update things set v = -v where id < 50", "alter table things alter v type text using 'no ' || v");
        Set<String> types = ConcurrentHashMap.newKeySet();
        HandlerProjection note = HandlerProjection.named("note")
                .on(SourceTable.rows(TableName.parse("things")), (change, handle) -> types.add(read(change)));
        AtomicBoolean done = new AtomicBoolean();
        Thread others = new Thread(
                () -> { // keeps Debezium from taking a chunk for one that nobody could have changed
                    while (!done.get()) {
                        source.execute("insert into noise values (1)");
                    }
                });
        others.start();
        try (CdcPipeline pipeline = pipeline(shard())
                .target(mirror("first"))
                .target(mirror("second").project(note))
                .build()) {
            pipeline.start();
            loaded(pipeline);
        } finally {
            done.set(true);
            Bench.join(others);
        }
        assertThat(types).containsExactlyInAnyOrder("UPDATE integer", "READ text");
    }

    private static String read(Change<Row> change) {
        Row row = change.operation() == Operation.DELETE ? change.key() : change.after();
        return change.operation() + " " + row.layout().sqlType(1);
    }

    private JdbcTarget mirror(String name) {
        return JdbcTarget.named(name, target.dataSource())
                .project(MirrorProjection.from("things")
                        .into(name + ".things")
                        .createTable()
                        .evolve(SchemaEvolution.ADD_COLUMNS)
                        .build());
    }

    @Test
    void values_are_exact_whatever_the_users_own_statements_set() throws InterruptedException {
        source.execute(
                "create table things (id int primary key, f float8, i interval)",
                "insert into things values (1, 0.1234567890123456, '1 day 02:00')");
        PostgresShardBuilder shard = shard().connector(
                        "database.initial.statements",
                        "set extra_float_digits = -5; set intervalstyle = 'sql_standard'");
        try (CdcPipeline pipeline = pipeline(shard).target(mirror("copy")).build()) {
            pipeline.start();
            loaded(pipeline);
            assertThat(target.queryStrings("select f || ' ' || i from copy.things"))
                    .isEqualTo(List.of("0.1234567890123456 1 day 02:00:00"));
        }
    }

    @Test
    void money_of_every_kind_has_the_servers_text_in_a_load_and_in_the_stream() throws InterruptedException {
        String row = "'-1234.5', '5.25', '{6}'::money[])";
        source.execute(
                "create domain cash as money check (value > 0::money)",
                "create table things (id int primary key, m money, c cash, cs cash[])",
                "insert into things values (1, " + row);
        List<String> texts = new CopyOnWriteArrayList<>();
        HandlerProjection note = HandlerProjection.named("note")
                .on(SourceTable.rows(TableName.parse("things")), (change, handle) -> {
                    Row after = change.after();
                    texts.add(change.operation() + " " + after.text(1) + " " + after.text(2) + " " + after.text(3));
                });
        try (CdcPipeline pipeline = pipeline(shard())
                .target(JdbcTarget.named("copy", target.dataSource()).project(note))
                .build()) {
            pipeline.start();
            loaded(pipeline);
            source.execute("insert into things values (2, " + row);
            await().atMost(PATIENCE).until(() -> texts.size() == 2);
        }
        assertThat(texts).containsExactly("READ -$1,234.50 $5.25 {$6.00}", "CREATE -$1,234.50 $5.25 {$6.00}");
    }
}
