package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.target.TargetSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What each projection makes of changes, in a real server, without a pipeline. */
class RedisProjectionsIT extends OrdersInRedis {

    private static String json(String id, String customer, String status, String cents) {
        return "{\"id\":" + id + ",\"customer\":\"" + customer + "\",\"status\":\"" + status + "\",\"cents\":" + cents
                + "}";
    }

    @Test
    void a_cached_row_follows_its_row() {
        open(cache().build());

        test.apply(session, orders.create("1", "Ann", "new", "5"), orders.create("2", "Bob", "new", "7"));
        assertThat(redis.shown())
                .isEqualTo(Map.of("order:1", json("1", "Ann", "new", "5"), "order:2", json("2", "Bob", "new", "7")));

        test.apply(session, orders.update("1", "Ann", "paid", "5"), orders.delete("2"));
        assertThat(redis.shown()).isEqualTo(Map.of("order:1", json("1", "Ann", "paid", "5")));

        test.apply(session, orders.delete("1"), orders.create("3", "Ann", "paid", "5"));
        assertThat(redis.shown()).isEqualTo(Map.of("order:3", json("3", "Ann", "paid", "5")));
        assertThat(redis.notes()).hasSize(1);
    }

    @Test
    void a_row_that_leaves_the_filter_or_is_mapped_to_nothing_leaves_the_cache() {
        open(
                cache().filter(order -> !order.status().equals("done")).build(),
                cache().prefix("v2:")
                        .map(order -> order.customer().orElse(null), String.class)
                        .build());

        test.apply(session, orders.create("1", "Ann", "new", "5"));
        assertThat(redis.shown().keySet()).containsExactly("order:1", "v2:order:1");
        assertThat(redis.get("v2:order:1")).isEqualTo("\"Ann\"");

        test.apply(session, orders.update("1", null, "done", "5"));
        assertThat(redis.shown()).isEmpty();
        assertThat(redis.notes()).isEmpty();
    }

    @Test
    void a_row_whose_large_value_cannot_be_read_again_is_removed_rather_than_written_with_a_gap() {
        open(cache().build(), HashProjection.from(ORDERS).key("h:{id}").build(), set().build());
        test.apply(session, orders.create("1", "Ann", "new", "5"));

        test.apply(session, orders.update("1", TextRow.UNCHANGED, "paid", "5"));

        assertThat(redis.shown()).isEmpty();
    }

    @Test
    void entries_expire_a_little_apart() {
        open(cache().ttl(Duration.ofMinutes(10)).jitter(0.5).build());
        List<Change<Row>> many = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            many.add(orders.create("" + i, "Ann", "new", "5"));
        }
        test.apply(session, many);

        Set<Long> left = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            left.add(redis.number("PTTL", "order:" + i));
        }
        assertThat(left)
                .hasSizeGreaterThan(10)
                .allSatisfy(millis -> assertThat(millis).isBetween(200_000L, 900_000L));
    }

    @Test
    void the_index_forgets_rows_whose_entries_have_expired() {
        open(
                cache().ttl(Duration.ofMillis(1)).build(),
                cache().prefix("long:").ttl(Duration.ofHours(1)).build());
        List<Change<Row>> many = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            many.add(orders.create("" + i, "Ann", "new", "5"));
        }
        test.apply(session, many);
        await().until(() -> redis.shown().size() == 20);

        for (int i = 0; i < 16384 / 16; i++) {
            test.apply(session);
        }
        assertThat(redis.notes()).isNotEmpty().allMatch(key -> key.contains("long:"));
    }

    @Test
    void a_hash_has_the_chosen_columns_that_are_not_null() {
        open(HashProjection.from(ORDERS)
                .key("order:{id}")
                .columns("customer", "status")
                .column("cents", "amount")
                .ttl(Duration.ofHours(1))
                .build());

        test.apply(session, orders.create("1", "Ann", "new", "5"));
        assertThat(redis.shown())
                .isEqualTo(Map.of("order:1", Map.of("customer", "Ann", "status", "new", "amount", "5")));
        assertThat(redis.number("PTTL", "order:1")).isPositive();

        test.apply(session, orders.update("1", null, "paid", "6"));
        assertThat(redis.shown()).isEqualTo(Map.of("order:1", Map.of("status", "paid", "amount", "6")));

        test.apply(session, orders.delete("1"));
        assertThat(redis.shown()).isEmpty();
    }

    @Test
    void a_truncate_removes_the_rows_of_its_shard() {
        target = target.project(
                        CacheProjection.from(ORDERS).key("order:{shard}:{id}").build())
                .project(SetProjection.from(ORDERS)
                        .key("all")
                        .member("{shard}:{id}")
                        .build())
                .project(CounterProjection.count(ORDERS).by("count").build());
        test = new TargetUnderTest(target, "db0", 2, orders);
        TargetUnderTest other = new TargetUnderTest(target, "db1", 2, orders);
        session = open(test, 1);
        TargetSession otherSession = open(other, 1);
        test.apply(session, orders.create("1", "Ann", "new", "5"), orders.create("2", "Ann", "new", "5"));
        other.apply(otherSession, orders.create("1", "Ann", "new", "5"));
        assertThat(redis.get("count")).isEqualTo("3");

        test.apply(session, orders.truncate(), orders.create("2", "Bob", "new", "5"));

        assertThat(redis.shown().keySet()).containsExactly("all", "count", "order:db0:2", "order:db1:1");
        assertThat(redis.list("SMEMBERS", "all")).containsExactlyInAnyOrder("db0:2", "db1:1");
        assertThat(redis.get("count")).isEqualTo("2");

        test.apply(session, orders.truncate());
        other.apply(otherSession, orders.truncate());
        assertThat(redis.shown()).isEmpty();
        assertThat(redis.notes()).isEmpty();
    }

    @Test
    void rows_of_a_load_fill_and_a_load_that_replaces_removes_what_the_source_does_not_have() {
        open(
                cache().build(),
                set().build(),
                CounterProjection.count(ORDERS).by("count").build());
        test.beginFilling(session, orders.table());
        test.apply(session, orders.read("1", "Ann", "new", "5"), orders.read("2", "Ann", "new", "5"));
        test.finishLoad(session, orders.table());
        test.apply(session, orders.read("9", "Ann", "new", "5"));
        assertThat(redis.shown().keySet()).containsExactly("count", "order:1", "order:2", "orders-of:Ann");

        test.beginReplacing(session, orders.table());
        test.apply(session, orders.read("2", "Bob", "new", "5"), orders.create("3", "Ann", "new", "5"));
        test.apply(session, orders.read("4", "Ann", "new", "5"));
        assertThat(redis.get("count")).isEqualTo("4");
        test.finishLoad(session, orders.table());

        assertThat(redis.shown().keySet())
                .containsExactly("count", "order:2", "order:3", "order:4", "orders-of:Ann", "orders-of:Bob");
        assertThat(redis.list("SMEMBERS", "orders-of:Ann")).containsExactlyInAnyOrder("3", "4");
        assertThat(redis.get("count")).isEqualTo("3");
    }

    @Test
    void what_is_too_much_for_one_write_is_removed_in_several() {
        open(cache().build(), set().build());
        List<Change<Row>> many = new ArrayList<>();
        for (int i = 0; i < 5_500; i++) {
            many.add(orders.create("" + i, "Ann", "new", "5"));
        }
        test.apply(session, many);
        assertThat(redis.number("DBSIZE")).isGreaterThan(5_500);

        test.replace(session, orders.table(), List.of(List.of(orders.read("7", "Ann", "new", "5"))));
        assertThat(redis.shown().keySet()).containsExactly("order:7", "orders-of:Ann");
        assertThat(redis.list("SMEMBERS", "orders-of:Ann")).containsExactly("7");
    }

    @Test
    void a_transaction_of_thousands_of_rows_is_put_and_removed_in_one_write() {
        open(
                cache().build(),
                HashProjection.from(ORDERS).key("h:{id}").columns("customer").build(),
                cache().prefix("brief:")
                        .ttl(Duration.ofHours(1))
                        .notify(Notification.append("told", 10_000))
                        .build(),
                HashProjection.from(ORDERS).key("h2:{id}").columns("status").build());
        List<Change<Row>> many = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            many.add(orders.create("" + i, i % 3 == 0 ? null : "Ann", "new", "5"));
        }
        test.apply(session, many);
        assertThat(redis.shown()).hasSize(3 * 2_500 + 2_500 * 2 / 3 + 1);

        Map<String, Object> expected = new TreeMap<>();
        many.clear();
        for (int i = 0; i < 2_500; i++) {
            if (i % 5 == 0) {
                many.add(orders.update("" + i, i % 2 == 0 ? null : "Bob", "paid", "5"));
                String row = json("" + i, "Bob", "paid", "5");
                String shown = i % 2 == 0 ? row.replace("\"Bob\"", "null") : row;
                expected.put("order:" + i, shown);
                expected.put("brief:order:" + i, shown);
                expected.put("h2:" + i, Map.of("status", "paid"));
                if (i % 2 != 0) {
                    expected.put("h:" + i, Map.of("customer", "Bob"));
                }
            } else {
                many.add(orders.delete("" + i));
            }
        }
        test.apply(session, many);

        Map<String, Object> shown = redis.shown();
        shown.remove("told");
        assertThat(shown).isEqualTo(expected);
        assertThat(redis.number("XLEN", "told")).isEqualTo(2 * 2_500);
        assertThat(redis.notes()).hasSize(4).allMatch(index -> redis.number("HLEN", index) == 500);
    }

    @Test
    void a_former_projection_is_removed_when_it_is_dropped_though_its_table_is_gone() {
        SetProjection former = set().build();
        CacheProjection<Order> formerCache = cache().build();
        open(formerCache, former, cache().prefix("v2:").build());
        test.apply(session, orders.create("1", "Ann", "new", "5"));
        session.close();

        RedisTarget without = RedisTarget.named("cache", server.uri())
                .project(cache().prefix("v2:").build())
                .drop(formerCache)
                .drop(former);
        open(new TargetUnderTest(without, "db0", 1), 2);

        assertThat(redis.shown().keySet()).containsExactly("v2:order:1");
        assertThat(redis.notes()).hasSize(1);
    }

    @Test
    void others_are_told_of_each_row_once_in_a_batch() {
        open(cache().notify(Notification.append("orders-stream", 1000)).build());
        Change<Row> last = orders.update("1", "Ann", "paid", "5");

        test.apply(session, orders.create("1", "Ann", "new", "5"), last, orders.create("2", "Ann", "new", "5"));
        assertThat(String.valueOf(redis.shown().get("orders-stream")))
                .contains("[key, order:1, operation, set, shard, db0, position, " + last.position() + "]")
                .contains("[key, order:2, operation, set,");
        assertThat(redis.number("XLEN", "orders-stream")).isEqualTo(2);

        test.apply(session, orders.delete("1"));
        test.apply(session, orders.truncate());
        assertThat(String.valueOf(redis.shown().get("orders-stream")))
                .contains("[key, order:1, operation, delete, shard, db0, position,")
                .contains("[key, order:2, operation, delete, shard, db0]");
    }

    @Test
    void a_key_of_another_type_is_named() {
        open(set().build());
        server.command("SET", "orders-of:Ann", "mine");

        assertThatThrownBy(() -> test.apply(session, orders.create("1", "Ann", "new", "5")))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("orders-of:Ann")
                .hasMessageContaining("not a set");
        assertThat(redis.get("orders-of:Ann")).isEqualTo("mine");
    }

    @Test
    void a_key_of_other_columns_than_the_tables_key_is_refused_at_the_start() {
        target = target.project(
                CacheProjection.from(ORDERS).key("order:{status}").build());
        assertThatThrownBy(() -> open())
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("[status]")
                .hasMessageContaining("public.orders")
                .hasMessageContaining("a delete carries nothing else");
    }

    @Test
    void a_large_batch_that_fails_in_the_middle_stands_behind_a_whole_transaction_and_goes_on_from_there() {
        AtomicBoolean fails = new AtomicBoolean(true);
        open(
                cache().filter(order -> !fails.get() || order.id() != 1500).build(),
                cache().prefix("v2:")
                        .map(
                                order -> {
                                    if (order.id() == 1500 && fails.get()) {
                                        throw new IllegalStateException("cannot be shown");
                                    }
                                    return order.status();
                                },
                                String.class)
                        .build(),
                SetProjection.from(ORDERS).key("of:{customer}").member("{id}").build());
        List<Change<Row>> changes = new ArrayList<>();
        for (int id = 0; id < 2000; id++) {
            Position position = new Position(1_000_000 + id / 100, id, 0);
            changes.add(Changes.at(position, orders.create(Integer.toString(id), "Ann", "new", "5")));
        }

        assertThatThrownBy(() -> test.apply(session, changes)).hasMessageContaining("cannot be shown");
        session.recover();

        Position at = session.offset().orElseThrow().position();
        long stored = redis.shown().keySet().stream()
                .filter(key -> key.startsWith("order:"))
                .count();
        assertThat(stored).isPositive().isLessThan(1500);
        assertThat(stored % 100).as("changes of a torn transaction").isZero();
        assertThat(at).isEqualTo(changes.get((int) stored - 1).position());

        fails.set(false);
        test.apply(session, changes);
        assertThat(redis.shown()).hasSize(2 * 2000 + 1);
        assertThat(redis.list("SMEMBERS", "of:Ann")).hasSize(2000);
        assertThat(session.offset().orElseThrow().position())
                .isEqualTo(changes.get(1999).position());
    }
}
