package dev.cdcpipeline.testkit.contract;

import static dev.cdcpipeline.deadletter.LetterOrder.State.DONE;
import static dev.cdcpipeline.deadletter.LetterOrder.State.REFUSED;
import static dev.cdcpipeline.deadletter.LetterOrder.State.REQUESTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.control.ShardOrders;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.deadletter.LetterOrder.Action;
import dev.cdcpipeline.shard.ShardId;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every {@link ControlStore} must do with orders about dead letters; {@link ControlStoreContract} has the rest. */
public abstract class LetterOrderStoreContract {
    private static final ShardId DB0 = new ShardId("db0");
    private static final ShardId DB1 = new ShardId("db1");

    /** The store, as one process sees it: each call as another process would. Empty when a test begins. */
    protected abstract ControlStore store();

    @Test
    void an_order_is_read_by_its_shard_as_it_was_given() {
        DeadLetterFilter filter = DeadLetterFilter.all()
                .target("read-model")
                .projection("order \"view\"")
                .shard("db0")
                .key(TableName.parse("shop.\"Ord ers\""), "it's #1 \\ €", null, "")
                .error("check 'c'");
        LetterOrder order = LetterOrder.requested("one", "db0", filter, Action.DISCARD, "l'état");

        store().requestLetters("shop", List.of(order));

        LetterOrder open = only(store().openLetterOrders("shop", DB0));
        assertThat(open.requestedAt()).isAfter(order.requestedAt());
        assertThat(open)
                .usingRecursiveComparison()
                .ignoringFields("requestedAt")
                .isEqualTo(order);
        assertThat(store().letterOrders("shop")).containsExactly(open);
        assertThat(store().orders("shop", DB0).letters()).isTrue();
        assertThat(store().orders("shop", DB1)).isEqualTo(ShardOrders.none());
        assertThat(store().orders("other", DB0)).isEqualTo(ShardOrders.none());
        assertThat(store().openLetterOrders("shop", DB1)).isEmpty();
        assertThat(store().letterOrders("other")).isEmpty();
    }

    @Test
    void numbers_of_letters_are_kept() {
        DeadLetterFilter filter = DeadLetterFilter.ids("read-model", 3L, 1L << 40);

        store().requestLetters("shop", List.of(LetterOrder.requested("one", "db0", filter, Action.REPLAY, "")));

        assertThat(only(store().openLetterOrders("shop", DB0)).filter()).isEqualTo(filter);
    }

    @Test
    void orders_have_the_oldest_first_and_the_list_has_the_newest_first() {
        request("one", replay("one", DB0, "t"));
        request("two", replay("two", DB0, "t"), replay("two", DB0, "u"), replay("two", DB1, "t"));
        request("three", replay("three", DB0, "t"));
        store().noteLetters("shop", replay("one", DB0, "t").ended(DONE, ""));

        assertThat(store().openLetterOrders("shop", DB0))
                .extracting(order -> order.id() + " " + order.target())
                .containsExactly("two t", "two u", "three t");
        assertThat(store().letterOrders("shop"))
                .extracting(LetterOrder::id)
                .containsExactly("three", "two", "two", "two", "one");
    }

    @Test
    void an_id_is_used_once_and_a_refused_request_leaves_nothing() {
        request("once", replay("once", DB0, "t"));

        assertThatThrownBy(() -> request("once", replay("once", DB1, "t"), replay("once", DB0, "t")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'shop'", "'once'");
        assertThatThrownBy(() -> store().requestLetters("shop", List.of()))
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(store().letterOrders("shop")).hasSize(1);
    }

    @Test
    void an_order_has_come_as_far_as_was_noted_last_until_it_ends() {
        request("one", replay("one", DB0, "t"), replay("one", DB0, "u"));

        store().noteLetters("shop", replay("one", DB0, "t").progressed(3, 1));
        LetterOrder open = store().openLetterOrders("shop", DB0).get(0);
        assertThat(open.state()).isEqualTo(REQUESTED);
        assertThat(List.of(open.done(), open.failed())).containsExactly(3L, 1L);
        assertThat(open.endedAt()).isEmpty();

        store().noteLetters("shop", replay("one", DB0, "t").progressed(5, 2).ended(REFUSED, "no target 't'"));
        store().noteLetters("shop", replay("one", DB0, "t").progressed(9, 9).ended(DONE, ""));
        store().noteLetters("shop", replay("gone", DB0, "t").ended(DONE, ""));

        LetterOrder ended = store().letterOrders("shop").get(0);
        assertThat(ended.state()).isEqualTo(REFUSED);
        assertThat(List.of(ended.done(), ended.failed())).containsExactly(5L, 2L);
        assertThat(ended.note()).isEqualTo("no target 't'");
        assertThat(ended.endedAt()).hasValueSatisfying(at -> assertThat(at).isAfterOrEqualTo(ended.requestedAt()));
        assertThat(store().openLetterOrders("shop", DB0))
                .extracting(LetterOrder::target)
                .containsExactly("u");
        assertThat(store().orders("shop", DB0).letters()).isTrue();

        store().noteLetters("shop", replay("one", DB0, "u").ended(DONE, ""));
        assertThat(store().orders("shop", DB0)).isEqualTo(ShardOrders.none());
        assertThat(store().letterOrders("shop")).hasSize(2);
    }

    private void request(String id, LetterOrder... orders) {
        assertThat(orders).allMatch(order -> order.id().equals(id));
        store().requestLetters("shop", Arrays.asList(orders));
    }

    private static LetterOrder replay(String id, ShardId shard, String target) {
        return LetterOrder.requested(
                id, shard.name(), DeadLetterFilter.all().target(target).shard(shard.name()), Action.REPLAY, "");
    }

    private static LetterOrder only(List<LetterOrder> orders) {
        assertThat(orders).hasSize(1);
        return orders.get(0);
    }
}
