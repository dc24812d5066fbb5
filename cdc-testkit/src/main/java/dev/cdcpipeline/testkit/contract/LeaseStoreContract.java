package dev.cdcpipeline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What every {@link LeaseStore} must do. */
public abstract class LeaseStoreContract {
    private static final ShardId DB0 = new ShardId("db0");
    private static final ShardId DB1 = new ShardId("db1");
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final int ROUNDS = 50;

    /**
     * The store, as one instance of a pipeline sees it: each call as another instance would. Empty when a test begins.
     */
    protected abstract LeaseStore store();

    @Test
    void a_shard_that_nobody_ever_had_has_no_lease() {
        store().acquire("shop", DB1, "a", LONG);
        store().acquire("other", DB0, "a", LONG);

        assertThat(store().find("shop", DB0, "a")).isEmpty();
    }

    @Test
    void whoever_comes_first_has_it_and_others_see_who_that_is() {
        Lease first = store().acquire("shop", DB0, "a", LONG);
        Lease second = store().acquire("shop", DB0, "b", LONG);

        assertThat(first.isMine()).isTrue();
        assertThat(first.owner()).isEqualTo("a");
        assertThat(first.epoch()).isEqualTo(new Epoch(1));
        assertThat(first.remaining()).isBetween(LONG.minusMinutes(1), LONG);
        assertThat(second.isMine()).isFalse();
        assertThat(second.owner()).isEqualTo("a");
        assertThat(second.epoch()).isEqualTo(new Epoch(1));
        assertThat(second.isFree()).isFalse();
        assertThat(store().find("shop", DB0, "a"))
                .hasValueSatisfying(lease -> assertThat(lease.isMine()).isTrue());
        assertThat(store().find("shop", DB0, "b")).hasValueSatisfying(lease -> {
            assertThat(lease.isMine()).isFalse();
            assertThat(lease.remaining()).isBetween(LONG.minusMinutes(1), LONG);
        });
    }

    @Test
    void shards_and_pipelines_have_leases_of_their_own() {
        store().acquire("shop", DB0, "a", LONG);

        assertThat(store().acquire("shop", DB1, "b", LONG).isMine()).isTrue();
        assertThat(store().acquire("other", DB0, "c", LONG).isMine()).isTrue();
    }

    @Test
    void of_two_that_ask_at_the_same_moment_one_gets_it_and_the_other_sees_that_one() {
        LeaseStore a = store();
        LeaseStore b = store();
        for (int round = 1; round <= ROUNDS; round++) {
            SameMoment<Lease, Lease> asked =
                    SameMoment.of(() -> a.acquire("shop", DB0, "a", LONG), () -> b.acquire("shop", DB0, "b", LONG));

            Lease winner = asked.first().isMine() ? asked.first() : asked.second();
            Lease loser = asked.first().isMine() ? asked.second() : asked.first();
            assertThat(winner.isMine()).isTrue();
            assertThat(winner.epoch()).isEqualTo(new Epoch(round));
            assertThat(loser.isMine()).as("in round %d", round).isFalse();
            assertThat(loser.owner()).isEqualTo(winner.owner());
            assertThat(loser.epoch()).isEqualTo(winner.epoch());
            store().release("shop", DB0, winner.epoch());
        }
    }

    @Test
    void an_expired_lease_is_taken_by_one_of_those_who_wait_for_it() {
        LeaseStore a = store();
        LeaseStore b = store();
        store().acquire("shop", DB0, "dead", SHORT);
        await().until(() -> store().find("shop", DB0, "a").orElseThrow().isFree());

        SameMoment<Lease, Lease> asked =
                SameMoment.of(() -> a.acquire("shop", DB0, "a", LONG), () -> b.acquire("shop", DB0, "b", LONG));

        assertThat(asked.first().isMine()).isNotEqualTo(asked.second().isMine());
        assertThat(asked.first().epoch()).isEqualTo(new Epoch(2));
        assertThat(asked.second().epoch()).isEqualTo(new Epoch(2));
    }

    @Test
    void a_lease_ends_by_itself_when_it_is_not_renewed() {
        store().acquire("shop", DB0, "a", SHORT);
        await().until(() -> store().acquire("shop", DB0, "b", LONG).isMine());

        assertThat(store().find("shop", DB0, "b")).hasValueSatisfying(lease -> {
            assertThat(lease.owner()).isEqualTo("b");
            assertThat(lease.epoch()).isEqualTo(new Epoch(2));
        });
    }

    @Test
    void an_expired_lease_that_nobody_took_is_free_and_nobodys() {
        store().acquire("shop", DB0, "a", SHORT);
        await().until(() -> store().find("shop", DB0, "a").orElseThrow().isFree());

        assertThat(store().find("shop", DB0, "a")).hasValueSatisfying(lease -> {
            assertThat(lease.isMine()).isFalse();
            assertThat(lease.owner()).isEqualTo("a");
            assertThat(lease.remaining()).isZero();
        });
    }

    @Test
    void renewing_prolongs_a_lease_also_one_that_has_expired_while_nobody_took_it() {
        Epoch epoch = store().acquire("shop", DB0, "a", SHORT).epoch();
        await().until(() -> store().find("shop", DB0, "a").orElseThrow().isFree());

        store().renew("shop", DB0, epoch, LONG);

        assertThat(store().acquire("shop", DB0, "b", LONG).isMine()).isFalse();
        assertThat(store().find("shop", DB0, "a")).hasValueSatisfying(lease -> {
            assertThat(lease.isMine()).isTrue();
            assertThat(lease.epoch()).isEqualTo(epoch);
            assertThat(lease.remaining()).isBetween(LONG.minusMinutes(1), LONG);
        });
    }

    @Test
    void renewing_what_another_has_taken_is_refused_naming_the_new_owner_and_both_epochs() {
        Epoch epoch = store().acquire("shop", DB0, "host-1", SHORT).epoch();
        await().until(() -> store().acquire("shop", DB0, "host-2", LONG).isMine());

        assertThatThrownBy(() -> store().renew("shop", DB0, epoch, LONG))
                .isInstanceOf(FencedException.class)
                .hasMessageContainingAll("[db0]", "'shop'", "epoch 1", "epoch 2", "host-2");
        assertThat(store().find("shop", DB0, "host-2"))
                .hasValueSatisfying(lease -> assertThat(lease.isMine()).isTrue());
    }

    @Test
    void a_lease_that_is_taken_anew_by_its_owner_has_a_new_epoch_and_the_old_one_is_refused() {
        Epoch older = store().acquire("shop", DB0, "a", LONG).epoch();
        Lease newer = store().acquire("shop", DB0, "a", LONG);

        assertThat(newer.isMine()).isTrue();
        assertThat(newer.epoch()).isEqualTo(new Epoch(2));
        assertThatThrownBy(() -> store().renew("shop", DB0, older, LONG)).isInstanceOf(FencedException.class);
    }

    @Test
    void a_lease_that_was_given_back_can_be_taken_at_once_and_is_remembered() {
        Epoch epoch = store().acquire("shop", DB0, "a", LONG).epoch();

        store().release("shop", DB0, epoch);
        store().release("shop", DB0, epoch);

        assertThat(store().find("shop", DB0, "a")).contains(new Lease("a", epoch, false, Duration.ZERO));
        Lease next = store().acquire("shop", DB0, "b", LONG);
        assertThat(next.isMine()).isTrue();
        assertThat(next.epoch()).isEqualTo(new Epoch(2));
    }

    @Test
    void an_older_owner_cannot_give_back_what_is_anothers() {
        Epoch older = store().acquire("shop", DB0, "a", LONG).epoch();
        store().release("shop", DB0, older);
        store().acquire("shop", DB0, "b", LONG);

        store().release("shop", DB0, older);

        assertThat(store().find("shop", DB0, "b"))
                .hasValueSatisfying(lease -> assertThat(lease.isMine()).isTrue());
    }

    @Test
    void instances_that_are_alive_are_counted() {
        assertThat(store().join("shop", "a", LONG)).isEqualTo(1);
        assertThat(store().join("shop", "a", LONG)).isEqualTo(1);
        assertThat(store().join("shop", "b", LONG)).isEqualTo(2);
        assertThat(store().join("other", "c", LONG)).isEqualTo(1);

        store().leave("shop", "a");
        store().leave("shop", "a");

        assertThat(store().join("shop", "b", LONG)).isEqualTo(1);
    }

    @Test
    void an_instance_that_is_silent_is_not_counted_until_it_comes_back() {
        store().join("shop", "a", SHORT);
        await().until(() -> store().join("shop", "b", LONG) == 1);

        assertThat(store().join("shop", "a", LONG)).isEqualTo(2);
    }

    @Test
    void a_lease_without_time_is_refused() {
        assertThatThrownBy(() -> store().acquire("shop", DB0, "a", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(store().find("shop", DB0, "a")).isEmpty();
    }
}
