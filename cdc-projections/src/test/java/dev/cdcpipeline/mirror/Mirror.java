package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.ForkedJvmBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TcpProxy;
import dev.cdcpipeline.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One or more source databases with tables {@code a}, {@code b}, {@code c}, the read model that {@link MirrorMain} keeps of them,
 * and the JVM that runs it. Compares them in full: every row of every view with its source, and the log of applied changes with
 * what must have been applied.
 */
final class Mirror implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Map<String, TestDatabase> shards = new LinkedHashMap<>();
    private final TestDatabase readModel;
    private final OffsetSteps steps;
    private final Map<String, String> settings = new TreeMap<>();
    private final List<TestDatabase> databases = new ArrayList<>();
    private final PostgresSource sourceServer;
    private @Nullable TcpProxy sourceNetwork;
    private @Nullable TcpProxy readModelNetwork;
    private String heap = "256m";
    private @Nullable ForkedJvm process;

    /** A mirror on the server that all tests share, with one shard {@code db0} unless others are named. */
    Mirror(String... shardNames) {
        this(PostgresSource.shared(), shardNames);
    }

    Mirror(PostgresSource server, String... shardNames) {
        this(server, PostgresSource.shared(), shardNames);
    }

    Mirror(PostgresSource server, PostgresSource readModelServer, String... shardNames) {
        sourceServer = server;
        for (String shard : shardNames.length == 0 ? new String[] {"db0"} : shardNames) {
            shards.put(shard, sourceDatabase(server));
        }
        readModel = keep(readModelServer.freshDatabase("read_model"));
        for (String table : MirrorMain.TABLES) {
            readModel.execute("create table " + table
                    + "_view (shard text, id bigint, val text, n int, primary key (shard, id))");
        }
        readModel.execute("create table applied (seq bigserial primary key, shard text, tab text, op text, id bigint,"
                + " val text, n int, txid bigint, pos text, pid bigint)");
        steps = OffsetSteps.noteIn(readModel);
    }

    private TestDatabase sourceDatabase(PostgresSource server) {
        TestDatabase database = keep(server.freshDatabase("source"));
        for (String table : MirrorMain.TABLES) {
            database.execute("create table " + table + " (id bigint primary key, val text, n int)");
        }
        return database;
    }

    private TestDatabase keep(TestDatabase database) {
        databases.add(database);
        return database;
    }

    /** Sets {@code batchSize}, {@code maxTransactionRows} or {@code heartbeat} (milliseconds) for the JVMs that follow. */
    Mirror with(String setting, int value) {
        settings.put("mirror." + setting, Integer.toString(value));
        return this;
    }

    /** The heap of the JVMs that follow, as for {@code -Xmx}. */
    Mirror heap(String size) {
        heap = size;
        return this;
    }

    /** Puts networks that can be broken between the pipeline and both servers; the test itself goes round them. */
    Mirror behindNetworks() {
        sourceNetwork = TcpProxy.to(sourceServer.host(), sourceServer.port());
        readModelNetwork =
                TcpProxy.to(readModel.source().host(), readModel.source().port());
        return this;
    }

    /** Between the pipeline and the shards. */
    TcpProxy sourceNetwork() {
        return Objects.requireNonNull(sourceNetwork, "behindNetworks() was not called");
    }

    /** Between the pipeline and the read model. */
    TcpProxy readModelNetwork() {
        return Objects.requireNonNull(readModelNetwork, "behindNetworks() was not called");
    }

    TestDatabase source() {
        return source("db0");
    }

    Collection<TestDatabase> sources() {
        return shards.values();
    }

    TestDatabase source(String shard) {
        return shards.get(shard);
    }

    TestDatabase readModel() {
        return readModel;
    }

    ForkedJvm start() {
        return start(jvm -> jvm);
    }

    /** Starts the pipeline's JVM; the last one must be gone. */
    ForkedJvm start(UnaryOperator<ForkedJvmBuilder> more) {
        assertThat(process == null || !process.isAlive())
                .as("the last JVM is gone")
                .isTrue();
        if (process != null && readModel.source().isRunning()) {
            // The lease of a JVM that was killed would expire within a second; these tests are not about that.
            readModel.execute("do $$ begin if to_regclass('cdc_lease') is not null then"
                    + " update cdc_lease set expires_at = clock_timestamp(); delete from cdc_member; end if; end $$");
        }
        process = more.apply(jvm()).start();
        return process;
    }

    /** The pipeline as another process has it, which never starts it, to ask for something. */
    CdcPipeline operator() {
        CdcPipelineBuilder builder = CdcPipeline.builder()
                .name(MirrorMain.PIPELINE)
                .offsets(JdbcOffsets.in(readModel.dataSource()))
                .target(MirrorMain.target(readModel.dataSource()));
        shards.forEach((shard, database) -> builder.shard(PostgresShard.named(shard)
                .host(sourceServer.host())
                .port(sourceServer.port())
                .database(database.name())
                .user(sourceServer.username())
                .password(sourceServer.password())
                .build()));
        return builder.build();
    }

    /** The JVM that was started last. */
    ForkedJvm process() {
        return Objects.requireNonNull(process, "start() was not called");
    }

    /** The last lines that the JVM has printed. */
    List<String> lastOutput(int lines) {
        List<String> output = process().output();
        return output.subList(Math.max(0, output.size() - lines), output.size());
    }

    /** A JVM that will run the pipeline: for tests with several, which must end them. */
    ForkedJvmBuilder jvm() {
        PostgresSource target = readModel.source();
        ForkedJvmBuilder jvm = ForkedJvm.of(MirrorMain.class)
                .fastStart()
                .sharedClasses(Path.of("target", "shared-classes"))
                .heap(heap)
                .property("mirror.target", readModelUrl())
                .property("mirror.user", target.username())
                .property("mirror.password", target.password())
                .property("mirror.shards", String.join(",", shards.keySet()));
        shards.forEach((shard, database) -> jvm.property("mirror." + shard + ".host", sourceServer.host())
                .property("mirror." + shard + ".port", Integer.toString(sourcePort()))
                .property("mirror." + shard + ".database", database.name()));
        settings.forEach(jvm::property);
        if (Boolean.getBoolean("mirror.echo")) {
            jvm.echo();
        }
        return jvm;
    }

    private int sourcePort() {
        return sourceNetwork == null ? sourceServer.port() : sourceNetwork.port();
    }

    private String readModelUrl() {
        return readModelNetwork == null
                ? readModel.jdbcUrl()
                : "jdbc:postgresql://" + readModelNetwork.host() + ":" + readModelNetwork.port() + "/"
                        + readModel.name();
    }

    /** Starts with a crash point armed, waits for the crash, and returns when the JVM is gone. */
    void crashAt(String point, int time) {
        start(jvm -> jvm.crashAt(point, time)).killAtCrashPoint(PATIENCE);
    }

    /** Kills the running JVM. */
    void kill9() {
        if (process != null) {
            process.kill9();
        }
    }

    /** Starts and waits until the first load is done. */
    ForkedJvm startLoaded() {
        ForkedJvm jvm = start();
        jvm.awaitLine("loaded", PATIENCE);
        return jvm;
    }

    /** Waits until everything that is committed at the sources now is applied. */
    void awaitApplied() {
        awaitApplied(PATIENCE);
    }

    void awaitApplied(Duration patience) {
        Map<String, Long> ends = committedNow();
        shards.values().forEach(source -> source.execute("select pg_logical_emit_message(true, 'test', 'push')"));
        await().atMost(patience).pollInterval(Duration.ofMillis(50)).until(() -> hasApplied(ends));
    }

    /** Where the log of each shard ends now. */
    Map<String, Long> committedNow() {
        Map<String, Long> ends = new TreeMap<>();
        shards.forEach((shard, database) ->
                ends.put(shard, lsn(database.queryString("select pg_current_wal_insert_lsn()::text"))));
        return ends;
    }

    /** Whether each shard is applied up to there. */
    boolean hasApplied(Map<String, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> position(end.getKey()).base() >= end.getValue());
    }

    /** Waits until every shard has applied something more. */
    void awaitMoved() {
        Map<String, Position> before = new TreeMap<>();
        shards.keySet().forEach(shard -> before.put(shard, position(shard)));
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> before.forEach((shard, position) ->
                        assertThat(position(shard)).as(shard).isGreaterThan(position)));
    }

    /** The stored position of a shard; all zero before there is one. */
    Position position(String shard) {
        List<@Nullable String> stored =
                readModel.queryStrings("select position from cdc_offset where shard = '" + shard + "'");
        String position = stored.isEmpty() ? null : stored.get(0);
        return position == null ? Position.boundary(0) : Position.parse(position);
    }

    /** What is acknowledged to the source is durable in the read model. */
    void assertSlotsNotAhead() {
        shards.forEach((shard, database) -> {
            long acknowledged = lsn(database.queryString("select confirmed_flush_lsn::text from pg_replication_slots"
                    + " where plugin = 'pgoutput' and database = current_database()"));
            assertThat(acknowledged)
                    .as("slot of " + shard)
                    .isLessThanOrEqualTo(position(shard).base());
        });
    }

    static long lsn(String text) {
        String[] parts = text.split("/");
        return (Long.parseLong(parts[0], 16) << 32) + Long.parseLong(parts[1], 16);
    }

    /** Every view equals its sources, row by row. */
    void assertViewsEqualSources() {
        for (String table : MirrorMain.TABLES) {
            List<String> expected = new ArrayList<>();
            shards.forEach((shard, database) -> expected.addAll(rows(
                    database,
                    "select concat_ws('|', '" + shard
                            + "', id, coalesce(val, '<null>'), coalesce(n::text, '<null>')) from " + table
                            + " order by id")));
            List<String> actual = rows(
                    readModel,
                    "select concat_ws('|', shard, id, coalesce(val, '<null>'), coalesce(n::text, '<null>')) from "
                            + table + "_view order by shard, id");
            assertThat(actual).as(table + "_view").containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    /** The log of applied changes, in the order of application, each as {@code op tab id val}. */
    List<String> applied() {
        return rows(readModel, "select concat_ws(' ', op, tab, id, val) from applied order by seq");
    }

    /** No change was applied twice: a position is applied once, and no offset ever went back. */
    void assertNothingAppliedTwice() {
        steps.assertNoneBack();
        assertThat(rows(readModel, "select shard || ' ' || pos from applied group by shard, pos having count(*) > 1"))
                .as("positions applied twice")
                .isEmpty();
    }

    private static List<String> rows(TestDatabase database, String sql) {
        return database.queryStrings(sql).stream().map(String::valueOf).toList();
    }

    void closeNetworks() {
        Stream.of(sourceNetwork, readModelNetwork).filter(Objects::nonNull).forEach(TcpProxy::close);
    }

    /** Kills the JVM and drops the databases. */
    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        Stream.of(sourceNetwork, readModelNetwork).filter(Objects::nonNull).forEach(TcpProxy::close);
        databases.forEach(TestDatabase::close);
    }
}
