package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.HandlerProjection;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.shard.PostgresShardBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TcpProxy;
import dev.cdcpipeline.testkit.TestDatabase;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.awaitility.core.ThrowingRunnable;
import org.jdbi.v3.core.Handle;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Source databases with tables {@code a} and {@code b}, a read model with {@code a_view} and {@code b_view} of them, and
 * pipelines in this JVM between them. A trigger keeps a journal of every change at its source and the pipeline one of every
 * change that it applied, so that both can be compared in full.
 */
public final class Bench implements AutoCloseable {
    /** No step of a test that works takes this long. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final List<String> TABLES = List.of("a", "b");

    private final Map<String, TestDatabase> shards = new LinkedHashMap<>();
    private final TestDatabase readModel;
    private final HikariDataSource pool;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    /** A bench on the server that all tests share, with one shard {@code db0}. */
    public Bench() {
        this(PostgresSource.shared());
    }

    /** A bench whose read model is on this server. */
    public Bench(PostgresSource target) {
        this(target.freshDatabase("read_model"), TestDatabase::dataSource);
    }

    /** A bench whose read model is on this server, behind a network that can be broken; the test itself goes round it. */
    Bench(PostgresSource target, TcpProxy network) {
        this(target.freshDatabase("read_model"), database -> through(network, database));
    }

    private Bench(TestDatabase readModel, Function<TestDatabase, DataSource> way) {
        this.readModel = readModel;
        for (String table : TABLES) {
            readModel.execute("create table " + table
                    + "_view (shard text, id bigint, val text, n int, primary key (shard, id))");
        }
        readModel.execute("create table applied (seq bigserial primary key, shard text, op text, tab text, id bigint,"
                + " val text, n int, pos text)");
        HikariConfig config = new HikariConfig();
        config.setDataSource(way.apply(readModel));
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(2_000);
        config.setInitializationFailTimeout(-1);
        pool = new HikariDataSource(config);
    }

    private static DataSource through(TcpProxy network, TestDatabase database) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://" + network.host() + ":" + network.port() + "/" + database.name());
        source.setUser(database.source().username());
        source.setPassword(database.source().password());
        return source;
    }

    /** Gives this bench the sources of another, for a second target of its pipeline. */
    Bench readingFrom(Bench other) {
        shards.putAll(other.shards);
        return this;
    }

    /** Adds a source database on the shared server. */
    public Bench source(String shard) {
        return source(shard, PostgresSource.shared());
    }

    /** Adds a source database on this server. */
    public Bench source(String shard, PostgresSource server) {
        TestDatabase database = server.freshDatabase("source");
        for (String table : TABLES) {
            database.execute("create table " + table + " (id bigint primary key, val text, n int)");
        }
        database.execute(
                "create table journal (seq bigserial primary key, op text, tab text, id bigint, val text, n int)", """
                create function note() returns trigger language plpgsql as $$ begin
                    insert into journal(op, tab, id, val, n)
                        select case tg_op when 'INSERT' then 'CREATE' else tg_op end, tg_table_name, coalesce(new.id, old.id),
                               new.val, new.n;
                    return null;
                end $$""");
        for (String table : TABLES) {
            database.execute("create trigger note after insert or update or delete on " + table
                    + " for each row execute function note()");
        }
        shards.put(shard, database);
        return this;
    }

    public TestDatabase source() {
        return db("db0");
    }

    public TestDatabase db(String shard) {
        return shards.computeIfAbsent(shard, name -> {
            throw new IllegalArgumentException(name);
        });
    }

    public TestDatabase readModel() {
        return readModel;
    }

    public DataSource pool() {
        return pool;
    }

    /** A shard with a short heartbeat, read by the superuser. */
    public PostgresShardBuilder shard(String name) {
        return shard(name, db(name)).heartbeat(Duration.ofMillis(200));
    }

    /** A shard in this database, read by the superuser. */
    static PostgresShardBuilder shard(String name, TestDatabase database) {
        return PostgresShard.named(name)
                .host(database.source().host())
                .port(database.source().port())
                .database(database.name())
                .user(database.source().username())
                .password(database.source().password());
    }

    /** Both tables into their views, and every change that is not a READ into {@code applied}. */
    public JdbcTarget mirror() {
        return mirror("mirror");
    }

    /** The same under another name. */
    JdbcTarget mirror(String name) {
        return views(name)
                .project(HandlerProjection.named("applied")
                        .on(Item.A, Bench::log)
                        .on(Item.B, Bench::log));
    }

    /** Both tables into their views. */
    public JdbcTarget views(String name) {
        return JdbcTarget.named(name, pool)
                .project(UpsertProjection.from(Item.A)
                        .into("a_view")
                        .shardColumn("shard")
                        .build())
                .project(UpsertProjection.from(Item.B)
                        .into("b_view")
                        .shardColumn("shard")
                        .build());
    }

    static void log(Change<Item> change, Handle handle) {
        if (change.operation() == Operation.READ) {
            return;
        }
        Item item = change.after();
        handle.execute(
                "insert into applied(shard, op, tab, id, val, n, pos) values (?, ?, ?, ?, ?, ?, ?)",
                change.source().shard(),
                change.operation().name(),
                change.table().name(),
                change.key() == null ? null : change.key().value("id"),
                item == null ? null : item.val(),
                item == null ? null : item.n(),
                change.position().toString());
    }

    /** A pipeline of this bench's name, offsets and shards, that needs a target. */
    public CdcPipelineBuilder builder() {
        CdcPipelineBuilder builder = CdcPipeline.builder().name("bench").offsets(JdbcOffsets.in(pool));
        shards.keySet().forEach(name -> builder.shard(shard(name).build()));
        return builder;
    }

    /** Closes this before the databases are dropped, the latest first. */
    public <T extends AutoCloseable> T keep(T resource) {
        opened.push(resource);
        return resource;
    }

    /** Starts a pipeline that is closed with this bench. */
    public CdcPipeline start(CdcPipelineBuilder builder) {
        CdcPipeline pipeline = keep(builder.build());
        pipeline.start();
        return pipeline;
    }

    /** Starts a pipeline and waits for its first load. */
    public CdcPipeline startLoaded(CdcPipelineBuilder builder) throws InterruptedException {
        CdcPipeline pipeline = start(builder);
        assertThat(pipeline.awaitLoaded(PATIENCE)).as("loaded in time").isTrue();
        return pipeline;
    }

    /** Waits until everything that is committed at the sources now is applied. */
    public void awaitApplied(CdcPipeline pipeline) throws InterruptedException {
        for (String shard : shards.keySet()) {
            awaitApplied(pipeline, shard);
        }
    }

    /** Waits until everything that is committed at one source now is applied. */
    public void awaitApplied(CdcPipeline pipeline, String shard) throws InterruptedException {
        String lsn = db(shard).queryString("select pg_current_wal_insert_lsn()::text");
        assertThat(pipeline.awaitApplied(shard, lsn, PATIENCE))
                .as("%s applied in time; status %s", shard, pipeline.status())
                .isTrue();
    }

    /** Lets everything that is parked be applied again. */
    public static void replayAll(CdcPipeline pipeline) throws InterruptedException {
        String order = pipeline.deadLetters().replay(DeadLetterFilter.all());
        assertThat(pipeline.deadLetters().await(order, PATIENCE))
                .as("replayed in time: %s", pipeline.deadLetters().orders())
                .isTrue();
    }

    public ShardStatus status(CdcPipeline pipeline) {
        return pipeline.status().shard("db0");
    }

    public static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).untilAsserted(assertion);
    }

    /** Every view equals its sources, row by row, and every change was applied once, in order for each row. */
    public void assertExact() {
        assertViewsEqualSources();
        assertLogged();
    }

    /** Every change was applied once, in order for each row. */
    void assertLogged() {
        assertThat(rows(readModel, "select shard || ' ' || pos from applied group by shard, pos having count(*) > 1"))
                .as("positions applied twice")
                .isEmpty();
        String columns = "concat_ws(' ', op, tab, id, coalesce(val, '<null>'), coalesce(n::text, '<null>'))";
        shards.forEach((shard, database) -> {
            List<String> made = rows(database, "select " + columns + " from journal order by tab, id, seq");
            List<String> applied = rows(
                    readModel,
                    "select " + columns + " from applied where shard = '" + shard + "' order by tab, id, seq");
            assertThat(applied).as("changes of " + shard).containsExactlyElementsOf(made);
        });
    }

    /** Every view equals its sources, row by row. */
    public void assertViewsEqualSources() {
        for (String table : TABLES) {
            List<String> expected = new ArrayList<>();
            shards.forEach((shard, database) -> expected.addAll(rows(
                    database,
                    "select concat_ws('|', '" + shard
                            + "', id, coalesce(val, '<null>'), coalesce(n::text, '<null>')) from " + table
                            + " order by id")));
            assertThat(rows(
                            readModel,
                            "select concat_ws('|', shard, id, coalesce(val, '<null>'), coalesce(n::text, '<null>')) from "
                                    + table + "_view order by shard, id"))
                    .as(table + "_view")
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** Nothing is parked, nothing was discarded. */
    public void assertNoLetters() {
        assertThat(rows(readModel, "select l::text from cdc_dead_letter l"))
                .as("dead letters")
                .isEmpty();
    }

    public static List<String> rows(TestDatabase database, String sql) {
        return database.queryStrings(sql).stream().map(String::valueOf).toList();
    }

    /** No thread, no registered engine and no active slot of any pipeline is left, soon. */
    public void assertNothingLeftBehind() {
        eventually(() -> {
            assertThat(threads()).as("threads").isEmpty();
            assertThat(EngineHandoff.running()).as("registered engines").isZero();
            for (TestDatabase database : shards.values()) {
                assertThat(slots(database, "active")).as("active slots").isEmpty();
                assertThat(
                                rows(
                                        database,
                                        "select application_name from pg_stat_activity where datname = current_database()"
                                                + " and (application_name like 'cdc-pipeline%' or application_name like 'Debezium%')"))
                        .as("sessions at the source")
                        .isEmpty();
            }
        });
    }

    /** Slots of a database for which this holds. */
    static List<String> slots(TestDatabase database, String condition) {
        return rows(
                database,
                "select slot_name from pg_replication_slots where database = current_database() and " + condition);
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("cdc-testkit"))
                .filter(name -> name.startsWith("cdc-") || name.contains("debezium") || name.contains("Debezium"))
                .toList();
    }

    /** Waits for the end of a thread. */
    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A port of this machine where nobody listens. */
    static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Closes what was opened, and drops the databases. */
    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        pool.close();
        shards.values().forEach(TestDatabase::close);
        readModel.close();
    }
}
