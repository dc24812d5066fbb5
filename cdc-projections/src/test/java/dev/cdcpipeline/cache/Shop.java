package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.mirror.Traffic;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.ForkedJvmBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisServer;
import dev.cdcpipeline.testkit.TestDatabase;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A source with tables {@code orders} and {@code lines}, a Redis with everything that {@link ShopTarget} makes of them, and the JVMs
 * that run the pipeline between the two. What must be in Redis is asked of the source in SQL.
 */
final class Shop implements AutoCloseable {
    static final String PIPELINE = "shop";
    static final String SHARD = "db0";
    static final String FOUND = "found: ";
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String HEAD = "cdc:" + PIPELINE + ":" + ShopTarget.NAME;
    private static final String EXPECTED = """
            select 'order:' || id, json_build_object('id', id, 'customer', customer, 'status', status, 'total', total,
                    'note', note)::text from orders
            union all
            select 'line:' || order_id || ':' || line, '{line=' || line || ', order_id=' || order_id || ', product=' || product
                    || ', quantity=' || quantity || '}' from lines
            union all
            select 'orders-of:' || customer, '[' || string_agg(id::text, ', ' order by id::text collate "C") || ']'
                from orders group by customer
            union all
            select 'by-total:' || status, '{' || string_agg(id || '=' || total::text || '.0', ', ' order by id::text collate "C")
                    || '}' from orders group by status
            union all
            select 'sold:' || product, sum(quantity)::text from lines group by product""";

    private final TestDatabase source;
    private final TestDatabase home;
    private final String uri;
    private final Supplier<RedisServer> redis;
    private int lease = 1000;
    private int marker;

    Shop(PostgresSource server, RedisServer redis) {
        this(server, redis.uri(), () -> redis);
    }

    /** With a Redis that a pipeline reaches by this URI, and whose master may be another at another time. */
    Shop(PostgresSource server, String uri, Supplier<RedisServer> redis) {
        this.uri = uri;
        this.redis = redis;
        source = server.freshDatabase("source");
        source.execute(
                "create sequence numbers",
                "create table orders (id bigint primary key, customer text not null, status text not null,"
                        + " total bigint not null, note text)",
                "alter table orders alter column note set storage external",
                "create table lines (order_id bigint, line int, product text not null, quantity int not null,"
                        + " primary key (order_id, line))");
        home = PostgresSource.shared().freshDatabase("home");
    }

    Shop lease(int millis) {
        lease = millis;
        return this;
    }

    RedisServer redis() {
        return redis.get();
    }

    TestDatabase source() {
        return source;
    }

    Traffic traffic(long seed, int writers, Duration pause) {
        return new Traffic(
                source, seed, writers, pause, (seeds, writer, all) -> new ShopTransactions(seeds, writer, all, true));
    }

    /** A JVM that will run the pipeline. */
    ForkedJvmBuilder jvm() {
        PostgresSource server = source.source();
        ForkedJvmBuilder jvm = ForkedJvm.of(ShopMain.class);
        return (Boolean.getBoolean("shop.echo") ? jvm.echo() : jvm)
                .fastStart()
                .sharedClasses(Path.of("target", "shared-classes"))
                .property("shop.host", server.host())
                .property("shop.port", Integer.toString(server.port()))
                .property("shop.user", server.username())
                .property("shop.password", server.password())
                .property("shop.database", source.name())
                .property("shop.home", home.jdbcUrl())
                .property("shop.redis", uri)
                .property("shop.lease", Integer.toString(lease))
                .property("shop.batchSize", "50");
    }

    /** The pipeline as another process has it, which never starts it, to ask for something. */
    CdcPipeline operator() {
        PostgresSource server = source.source();
        return CdcPipeline.builder()
                .name(PIPELINE)
                .offsets(JdbcOffsets.in(home.dataSource()))
                .target(ShopTarget.at(uri))
                .shard(PostgresShard.named(SHARD)
                        .host(server.host())
                        .port(server.port())
                        .database(source.name())
                        .user(server.username())
                        .password(server.password())
                        .build())
                .build();
    }

    /** The lease of a JVM that was killed would expire by itself; for tests that are not about that. */
    void expireLease() {
        home.execute("do $$ begin if to_regclass('cdc_lease') is not null then"
                + " update cdc_lease set expires_at = clock_timestamp(); delete from cdc_member; end if; end $$");
    }

    /** What must be in Redis. */
    SortedMap<String, String> expected() {
        SortedMap<String, String> expected = new TreeMap<>();
        for (String line :
                source.queryStrings("select key || e'\\x1f' || value from (" + EXPECTED + ") expected(key, value)")) {
            String[] parts = String.valueOf(line).split("\u001f", 2);
            expected.put(parts[0], parts[1].startsWith("{\"") ? RedisContent.json(parts[1]) : parts[1]);
        }
        return expected;
    }

    SortedMap<String, String> content() {
        return RedisContent.of(redis.get().uri());
    }

    /** The newest owner's epoch, as Redis has it; 0 if none has come since it was emptied. */
    long epoch() {
        Object epoch = redis.get().command("HGET", HEAD, "epoch:" + SHARD);
        return epoch == null ? 0 : Long.parseLong(epoch.toString());
    }

    /** Whether every table is loaded, as Redis has it. */
    boolean isLoaded() {
        Object load = redis.get().command("HGET", HEAD, "load:" + SHARD);
        Object boundary = redis.get().command("HGET", HEAD, "boundary:" + SHARD);
        return boundary != null
                && load != null
                && LoadState.parse(load.toString()).pending().isEmpty();
    }

    /** Waits, while nobody writes, until Redis has everything, and the pipeline knows so: it has noticed whatever it lost. */
    void awaitEqual() {
        source.execute("insert into orders values (0, 'marker', 'marker', 0, null) on conflict (id) do nothing");
        String number = Integer.toString(++marker);
        source.execute("update orders set total = " + number + " where id = 0");
        await("a change that comes now")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(redis.get().command("GET", "order:0"))
                        .asString()
                        .contains("\"total\":" + number));
        await("loads").atMost(PATIENCE).ignoreExceptions().until(this::isLoaded);
        SortedMap<String, String> expected = expected();
        await("what is at the source")
                .atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(
                        () -> assertThat(content()).as("what is in Redis").isEqualTo(expected));
    }

    /** Never ahead of what the source has, nor behind what it may have thrown away. */
    void assertOffsetSane() {
        long acknowledged = source.queryLong("select confirmed_flush_lsn - '0/0' from pg_replication_slots"
                + " where database = current_database()");
        String position = String.valueOf(redis.get().command("HGET", HEAD, "position:" + SHARD));
        assertThat(Position.parse(position).base())
                .as("where the target stands")
                .isGreaterThanOrEqualTo(acknowledged)
                .isLessThanOrEqualTo(source.queryLong("select pg_current_wal_insert_lsn() - '0/0'"));
    }

    @Override
    public void close() {
        source.close();
        home.close();
    }
}
