package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.RejectedChange;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rows that are found by other columns than their key: members of sets and sorted sets, and what is counted. */
class RedisPlacesIT extends OrdersInRedis {

    @Test
    void a_row_moves_from_set_to_set_with_its_columns() {
        open(set().filter(order -> !order.status().equals("done")).build());
        test.apply(session, orders.create("1", "Ann", "new", "5"), orders.create("2", "Ann", "new", "5"));
        assertThat(redis.shown()).isEqualTo(Map.of("orders-of:Ann", Set.of("1", "2")));

        test.apply(session, orders.update("1", "Bob\u001f\u001e:{x}", "new", "5"));
        assertThat(redis.shown())
                .isEqualTo(Map.of("orders-of:Ann", Set.of("2"), "orders-of:Bob\u001f\u001e:{x}", Set.of("1")));

        test.apply(session, orders.update("1", null, "new", "5"), orders.update("2", "Ann", "done", "5"));
        assertThat(redis.shown()).isEmpty();
        assertThat(redis.notes()).isEmpty();

        test.apply(session, orders.update("1", "Ann", "new", "5"));
        test.apply(session, orders.delete("1"), orders.create("3", "Ann", "new", "5"));
        assertThat(redis.shown()).isEqualTo(Map.of("orders-of:Ann", Set.of("3")));
    }

    @Test
    void a_row_that_stays_in_its_set_is_not_written_again() {
        open(set().build());
        test.apply(session, orders.create("1", "Ann", "new", "5"));
        server.command("DEL", "orders-of:Ann");

        test.apply(session, orders.update("1", "Ann", "paid", "5"));
        assertThat(redis.shown()).isEmpty();

        test.replace(session, orders.table(), List.of(List.of(orders.read("1", "Ann", "paid", "5"))));
        assertThat(redis.shown()).isEqualTo(Map.of("orders-of:Ann", Set.of("1")));
    }

    @Test
    void a_sorted_set_has_the_score_of_the_row() {
        open(SortedSetProjection.from(ORDERS)
                .key("by-cents:{status}")
                .member("{id}")
                .score("cents")
                .build());
        test.apply(session, orders.create("1", "Ann", "new", "5"), orders.create("2", "Ann", "new", "-7"));
        assertThat(redis.list("ZRANGE", "by-cents:new", "0", "-1")).containsExactly("2", "1");

        test.apply(session, orders.update("2", "Ann", "new", "9007199254740992"));
        assertThat(redis.list("ZRANGE", "by-cents:new", "0", "-1")).containsExactly("1", "2");

        test.apply(session, orders.update("2", "Ann", "paid", "1"), orders.delete("1"));
        assertThat(redis.shown()).isEqualTo(Map.of("by-cents:paid", Map.of("2", "1")));

        assertThatThrownBy(() -> test.apply(session, orders.update("2", "Ann", "paid", "9007199254740993")))
                .isInstanceOf(RejectedChange.class)
                .hasMessageContaining("double");
        session.recover();
        test.apply(session, orders.delete("2"));
        assertThat(redis.shown()).isEmpty();
    }

    @Test
    void a_row_without_a_score_is_in_no_sorted_set() {
        open(SortedSetProjection.from(ORDERS)
                .key("by-cents")
                .member("{id}")
                .score(order -> order.cents() == 0 ? null : order.cents())
                .build());
        test.apply(session, orders.create("1", "Ann", "new", "5"), orders.create("2", "Ann", "new", "0"));
        assertThat(redis.shown()).isEqualTo(Map.of("by-cents", Map.of("1", "5")));

        test.apply(session, orders.update("1", "Ann", "new", "0"));
        assertThat(redis.shown()).isEmpty();
        assertThat(redis.notes()).isEmpty();
    }

    @Test
    void counters_are_exact_and_gone_without_rows() {
        open(
                CounterProjection.count(ORDERS).by("count:{status}").build(),
                CounterProjection.sum(ORDERS, Order::cents)
                        .by("cents:{customer}")
                        .build());
        test.apply(
                session,
                orders.create("1", "Ann", "new", "9223372036854775000"),
                orders.create("2", "Ann", "new", "-1"),
                orders.create("3", "Bob", "new", "0"));
        assertThat(redis.shown())
                .isEqualTo(Map.of("count:new", "3", "cents:Ann", "9223372036854774999", "cents:Bob", "0"));

        test.apply(session, orders.update("1", "Bob", "paid", "7"), orders.update("3", null, "new", "5"));
        assertThat(redis.shown())
                .isEqualTo(Map.of("count:new", "2", "count:paid", "1", "cents:Ann", "-1", "cents:Bob", "7"));

        server.command("DEL", "cents:Ann", "count:new");
        test.apply(session, orders.create("4", "Ann", "new", "3"), orders.delete("1"), orders.delete("3"));
        assertThat(redis.shown()).isEqualTo(Map.of("count:new", "2", "cents:Ann", "2"));

        test.apply(session, orders.delete("2"), orders.delete("4"));
        assertThat(redis.shown()).isEmpty();
        assertThat(redis.notes()).isEmpty();
    }

    @Test
    void a_sum_that_no_counter_holds_is_refused_and_leaves_the_counter_right() {
        open(CounterProjection.sum(ORDERS, Order::cents).by("cents").build());
        test.apply(session, orders.create("1", "Ann", "new", "9223372036854775807"));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> test.apply(session, orders.create("2", "Ann", "new", "1")))
                    .isInstanceOf(CdcException.class)
                    .hasMessageContaining("overflow");
            session.recover();
        }
        test.apply(session, orders.update("1", "Ann", "new", "1"));
        test.apply(session, orders.create("2", "Ann", "new", "1"));
        assertThat(redis.get("cents")).isEqualTo("2");
    }
}
