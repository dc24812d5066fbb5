package dev.cdcpipeline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.control.ShardOrders;
import dev.cdcpipeline.shard.ShardId;
import org.junit.jupiter.api.Test;

/** What every {@link ControlStore} must do with pauses and restarts; {@link BackfillStoreContract} and {@link LetterOrderStoreContract}
 * have the rest. */
public abstract class ControlStoreContract {
    private static final ShardId DB0 = new ShardId("db0");
    private static final ShardId DB1 = new ShardId("db1");

    /** The store, as one process sees it: each call as another process would. Empty when a test begins. */
    protected abstract ControlStore store();

    @Test
    void nothing_is_asked_of_a_shard_in_the_beginning() {
        store().pause("shop", DB1, "ops");
        store().restart("other", DB0);

        assertThat(store().orders("shop", DB0)).isEqualTo(ShardOrders.none());
    }

    @Test
    void a_paused_shard_stays_paused_until_it_is_resumed() {
        store().pause("shop", DB0, "alice");

        assertThat(store().orders("shop", DB0).paused()).isTrue();
        assertThat(store().orders("shop", DB0).by()).isEqualTo("alice");
        assertThat(store().orders("shop", DB1).paused()).isFalse();

        store().resume("shop", DB0);
        assertThat(store().orders("shop", DB0)).isEqualTo(ShardOrders.none());
    }

    @Test
    void the_last_one_who_paused_a_shard_is_named() {
        store().pause("shop", DB0, "alice");
        store().pause("shop", DB0, "bob");

        assertThat(store().orders("shop", DB0).by()).isEqualTo("bob");
    }

    @Test
    void resuming_what_is_not_paused_does_nothing() {
        store().resume("shop", DB0);

        assertThat(store().orders("shop", DB0)).isEqualTo(ShardOrders.none());
    }

    @Test
    void each_request_for_a_restart_is_counted_whatever_else_is_asked() {
        store().restart("shop", DB0);
        store().pause("shop", DB0, "alice");
        store().restart("shop", DB0);
        assertThat(store().orders("shop", DB0).restarts()).isEqualTo(2);
        assertThat(store().orders("shop", DB0).paused()).isTrue();

        store().resume("shop", DB0);
        assertThat(store().orders("shop", DB0).restarts()).isEqualTo(2);
    }

    @Test
    void of_requests_at_the_same_moment_none_is_lost() {
        for (int round = 1; round <= 20; round++) {
            SameMoment.of(
                    () -> {
                        store().restart("shop", DB0);
                        return true;
                    },
                    () -> {
                        store().restart("shop", DB0);
                        return true;
                    });
            assertThat(store().orders("shop", DB0).restarts()).isEqualTo(2L * round);
        }
    }

    @Test
    void an_order_without_a_name_is_an_order() {
        store().pause("shop", DB0, "");

        assertThat(store().orders("shop", DB0).paused()).isTrue();
    }

    @Test
    void a_name_is_kept_as_it_is() {
        String name = "o'Brien \\ \"x\" €; drop table";
        store().pause("shop", DB0, name);

        assertThat(store().orders("shop", DB0).by()).isEqualTo(name);
        assertThatThrownBy(() -> store().orders("shop", DB0).backfills().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
