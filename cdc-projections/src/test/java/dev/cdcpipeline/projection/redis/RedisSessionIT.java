package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.TargetSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions whose answers are lost, and sessions of several shards at once, in a real server. */
class RedisSessionIT extends OneRedis {

    record Order(long id, String customer) {}

    private static final SourceTable<Order> ORDERS = SourceTable.of("public.orders", Order.class);
    private static final Changes orders = new Changes("public.orders", 1, "id bigint", "customer text");
    private static final Epoch EPOCH = new Epoch(1);
    private static final Layout LAYOUT = Layout.single("shop", "cache");

    private CacheProjection<Order> cache;
    private RedisTarget target;

    @BeforeEach
    void name() {
        cache = CacheProjection.from(ORDERS).key("order:{id}").build();
        target = RedisTarget.named("cache", server.uri()).project(cache);
    }

    private RedisStore store(String shard) {
        return target.store(
                "shop", new ShardId(shard), TargetUnderTest.shards(shard, 2), "[" + shard + "] target 'cache'");
    }

    /** As of a session that gave up waiting for the answer. */
    private void claimWithoutAnswer() {
        try (RedisStore store = store("db0")) {
            store.claimAgain(EPOCH);
        }
    }

    @Test
    void claims_whose_answers_were_lost_are_no_loss_of_data() {
        TargetUnderTest test = new TargetUnderTest(target, "db0", 1, orders);
        try (TargetSession session = test.open(1)) {
            test.apply(session, orders.create("1", "Ann"));
            claimWithoutAnswer();
            claimWithoutAnswer();

            session.recover();
            test.apply(session, orders.create("2", "Bob"));
        }
        assertThat(redis.shown()).containsOnlyKeys("order:1", "order:2");
    }

    @Test
    void claims_whose_answers_were_lost_do_not_hide_a_loss() {
        TargetUnderTest test = new TargetUnderTest(target, "db0", 1, orders);
        try (TargetSession session = test.open(1)) {
            test.apply(session, orders.create("1", "Ann"));
            Map<String, String> older = RedisContent.pairs(redis.list("HGETALL", LAYOUT.head(0)));
            test.apply(session, orders.create("2", "Ann"));
            server.command("DEL", "order:2");
            older.forEach((field, value) -> server.command("HSET", LAYOUT.head(0), field, value));
            claimWithoutAnswer();

            assertThatThrownBy(session::recover)
                    .isInstanceOf(OffsetLostException.class)
                    .hasMessageContaining("has lost data");
        }
    }

    @Test
    void a_claim_that_comes_late_is_not_taken_for_a_write() {
        TargetUnderTest test = new TargetUnderTest(target, "db0", 1, orders);
        try (TargetSession session = test.open(1)) {
            test.apply(session, orders.create("1", "Ann"));
            claimWithoutAnswer();

            assertThatThrownBy(() -> test.apply(session, orders.create("2", "Bob")))
                    .isInstanceOf(OffsetLostException.class);
        }
        assertThat(redis.shown()).containsOnlyKeys("order:1");
    }

    @Test
    void writes_that_follow_one_another_come_too_late_after_a_claim() {
        try (RedisStore late = store("db0");
                RedisStore store = store("db0")) {
            long sequence = late.claim(EPOCH).sequence();
            long claimed = store.claimAgain(EPOCH).sequence();

            for (int i = 0; i < 5; i++) {
                long expected = sequence + i;
                assertThatThrownBy(() -> late.write(EPOCH, expected, Map.of(), put("order:late")))
                        .isInstanceOf(OffsetLostException.class);
            }
            store.write(EPOCH, claimed, Map.of(), put("order:1"));
        }
        assertThat(redis.shown()).containsOnlyKeys("order:1");
    }

    @Test
    void nothing_is_read_past_writes_that_were_under_way_on_a_lost_connection() {
        try (RedisStore store = store("db0")) {
            long sequence = store.claim(EPOCH).sequence();
            store.write(EPOCH, sequence, Map.of(), put("order:1"));
            store.send(EPOCH, sequence + 1, Map.of(), put("order:2"));
            server.command("CLIENT", "KILL", "TYPE", "normal");

            List<String> rows = List.of("order:1");
            await().untilAsserted(() -> assertThatThrownBy(() -> store.indexed(cache.name(), rows))
                    .isInstanceOf(TransientFailure.class)
                    .hasMessageContaining("under way"));
            store.claimAgain(EPOCH);
            assertThat(store.indexed(cache.name(), rows)).doesNotContainNull();
        }
    }

    private List<Write> put(String entry) {
        Writes writes = new Writes(LAYOUT);
        writes.set(cache.name(), entry, Writes.bytes("v"), Writes.FOR_EVER, new IndexedRow("db0", 0, 0, List.of()));
        return writes.all();
    }

    @Test
    void what_another_shard_has_written_since_a_removal_looked_for_it_stays() {
        TargetUnderTest other = new TargetUnderTest(target, "db1", 2, orders);
        try (TargetSession session = other.open(1);
                RedisStore store = store("db0")) {
            other.apply(session, orders.create("1", "Ann"));
            String index = LAYOUT.index(cache.name(), 0);
            String filled = new IndexedRow("", 0, 0, List.of()).text();
            server.command("HSET", index, "order:1", filled);
            long sequence = store.claim(EPOCH).sequence();

            Writes writes = new Writes(LAYOUT);
            new IndexRemoval("db0", LAYOUT, store, () -> {})
                    .removeAll(new RowFold(cache.begin("db0")), writes, besides -> {});
            assertThat(writes.all()).hasSize(1);
            other.apply(session, orders.update("1", "Bob"));
            store.write(EPOCH, sequence, Map.of(), writes.all());

            assertThat(redis.get("order:1")).contains("Bob");
            other.apply(session, orders.truncate());
            assertThat(redis.shown()).isEmpty();
        }
    }

    @Test
    void a_stream_of_notifications_that_is_of_another_type_leaves_no_half_of_a_batch() {
        RedisTarget telling = RedisTarget.named("cache", server.uri())
                .project(CacheProjection.from(ORDERS)
                        .key("order:{id}")
                        .ttl(Duration.ofHours(1))
                        .notify(Notification.append("orders-changes", 100))
                        .build());
        TargetUnderTest test = new TargetUnderTest(telling, "db0", 1, orders);
        try (TargetSession session = test.open(1)) {
            server.command("SET", "orders-changes", "somebody else's");

            assertThatThrownBy(() -> test.apply(session, orders.create("1", "Ann")))
                    .hasMessageContaining("'orders-changes' holds a string, not a stream");
        }
        assertThat(redis.shown()).containsOnlyKeys("orders-changes");
    }
}
