package dev.cdcpipeline.testkit.contract;

import static dev.cdcpipeline.backfill.BackfillState.CANCELLED;
import static dev.cdcpipeline.backfill.BackfillState.CANCELLING;
import static dev.cdcpipeline.backfill.BackfillState.DONE;
import static dev.cdcpipeline.backfill.BackfillState.REFUSED;
import static dev.cdcpipeline.backfill.BackfillState.REQUESTED;
import static dev.cdcpipeline.backfill.BackfillState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.shard.ShardId;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What every {@link ControlStore} must do with backfills; {@link ControlStoreContract} has the rest. */
public abstract class BackfillStoreContract {
    private static final ShardId DB0 = new ShardId("db0");
    private static final ShardId DB1 = new ShardId("db1");
    private static final int ROUNDS = 50;

    /** The store, as one process sees it: each call as another process would. Empty when a test begins. */
    protected abstract ControlStore store();

    @Test
    void a_request_is_an_order_to_each_of_its_shards() {
        BackfillRequest request = new BackfillRequest(
                "again",
                "read-model",
                "order_view",
                new TreeSet<>(List.of(TableName.parse("public.orders"), new TableName("s", "a, \"b\" {c} 'd' \\"))));

        store().request("shop", List.of(DB0, DB1), request);

        for (ShardId shard : List.of(DB0, DB1)) {
            Backfill backfill = only(store().orders("shop", shard).backfills());
            assertThat(backfill.request()).isEqualTo(request);
            assertThat(backfill.shard()).isEqualTo(shard.name());
            assertThat(backfill.state()).isEqualTo(REQUESTED);
            assertThat(backfill.note()).isEmpty();
            assertThat(backfill.startedAt()).isEmpty();
            assertThat(backfill.endedAt()).isEmpty();
        }
        assertThat(store().backfills("shop")).hasSize(2);
        assertThat(store().backfills("other")).isEmpty();
        assertThat(store().orders("other", DB0).backfills()).isEmpty();
    }

    @Test
    void orders_have_the_oldest_first_and_the_list_has_the_newest_first() {
        request("one", DB0);
        request("two", DB0, DB1);
        request("three", DB1);
        request("four", DB0);
        store().note("shop", DB0, "two", DONE, "");
        store().pause("shop", DB0, "alice");

        assertThat(store().orders("shop", DB0).backfills())
                .extracting(backfill -> backfill.request().id())
                .containsExactly("one", "four");
        assertThat(store().orders("shop", DB0).paused()).isTrue();
        assertThat(store().backfills("shop"))
                .extracting(backfill -> backfill.request().id())
                .containsExactly("four", "three", "two", "two", "one");
    }

    @Test
    void an_id_is_used_once_also_in_other_shards_and_a_refused_request_leaves_nothing() {
        request("once", DB0);

        assertThatThrownBy(() -> request("once", DB0, DB1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("'shop'", "'once'");
        assertThatThrownBy(() -> request("once", DB1)).isInstanceOf(IllegalArgumentException.class);
        store().note("shop", DB0, "once", DONE, "");
        assertThatThrownBy(() -> request("once", DB0))
                .as("also when it has ended")
                .isInstanceOf(IllegalArgumentException.class);

        assertThat(store().backfills("shop")).hasSize(1);
        store().request("other", List.of(DB0), request("once"));
        assertThatThrownBy(() -> store().request("shop", List.of(), request("none")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void of_two_requests_with_one_id_at_the_same_moment_one_is_stored() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = "b" + round;
            SameMoment<Boolean, Boolean> stored = SameMoment.of(() -> isStored(id, DB0), () -> isStored(id, DB1));
            assertThat(stored.first()).isNotEqualTo(stored.second());
        }
        assertThat(store().backfills("shop")).hasSize(ROUNDS);
    }

    @Test
    void a_backfill_runs_and_ends_in_each_shard_by_itself() {
        request("again", DB0, DB1);

        store().note("shop", DB0, "again", RUNNING, "40 %");
        Backfill running = only(store().orders("shop", DB0).backfills());
        assertThat(running.state()).isEqualTo(RUNNING);
        assertThat(running.note()).isEqualTo("40 %");
        assertThat(running.startedAt())
                .hasValueSatisfying(at -> assertThat(at).isAfterOrEqualTo(running.requestedAt()));
        assertThat(running.endedAt()).isEmpty();

        store().note("shop", DB0, "again", RUNNING, "80 %");
        assertThat(only(store().orders("shop", DB0).backfills()).startedAt()).isEqualTo(running.startedAt());

        store().note("shop", DB0, "again", DONE, "");
        assertThat(store().orders("shop", DB0).backfills()).isEmpty();
        Backfill done = in(DB0);
        assertThat(done.state()).isEqualTo(DONE);
        assertThat(done.startedAt()).isEqualTo(running.startedAt());
        assertThat(done.endedAt())
                .hasValueSatisfying(at ->
                        assertThat(at).isAfterOrEqualTo(running.startedAt().orElseThrow()));
        assertThat(in(DB1).state()).isEqualTo(REQUESTED);
    }

    @Test
    void what_has_ended_stays_as_it_is() {
        for (BackfillState end : List.of(DONE, CANCELLED, REFUSED)) {
            String id = end.name().toLowerCase(Locale.ROOT);
            request(id, DB0);
            store().note("shop", DB0, id, end, "why");
            Backfill ended = store().backfills("shop").get(0);
            assertThat(ended.note()).isEqualTo("why");
            assertThat(ended.endedAt()).isPresent();

            for (BackfillState state : BackfillState.values()) {
                store().note("shop", DB0, id, state, "later");
            }

            assertThat(store().cancel("shop", id)).isZero();
            assertThat(store().backfills("shop").get(0)).isEqualTo(ended);
        }
    }

    @Test
    void what_was_not_begun_ends_when_it_is_cancelled_and_what_runs_is_asked_to() {
        request("again", DB0, DB1);
        request("other", DB0);
        store().note("shop", DB0, "again", RUNNING, "40 %");

        assertThat(store().cancel("shop", "again")).isEqualTo(2);

        assertThat(in(DB1).state()).isEqualTo(CANCELLED);
        assertThat(in(DB1).endedAt()).isPresent();
        assertThat(store().orders("shop", DB1).backfills()).isEmpty();
        assertThat(in(DB0).state()).isEqualTo(CANCELLING);
        assertThat(in(DB0).endedAt()).isEmpty();
        assertThat(store().orders("shop", DB0).backfills())
                .extracting(Backfill::state)
                .containsExactly(CANCELLING, REQUESTED);
        assertThat(store().cancel("shop", "again")).as("it has not ended").isEqualTo(1);
        assertThat(store().cancel("shop", "unknown")).isZero();
    }

    @Test
    void what_is_being_cancelled_does_not_run_again_and_ends_as_the_shard_says() {
        request("one", DB0);
        request("two", DB0);
        for (String id : List.of("one", "two")) {
            store().note("shop", DB0, id, RUNNING, "");
            store().cancel("shop", id);
            store().note("shop", DB0, id, RUNNING, "still at it");
            store().note("shop", DB0, id, REQUESTED, "");
        }
        assertThat(store().backfills("shop")).extracting(Backfill::state).containsOnly(CANCELLING);

        store().note("shop", DB0, "one", CANCELLED, "");
        store().note("shop", DB0, "two", DONE, "it was done before it heard");

        assertThat(store().backfills("shop")).extracting(Backfill::state).containsExactly(DONE, CANCELLED);
    }

    @Test
    void what_runs_is_not_only_requested_again() {
        request("again", DB0);
        store().note("shop", DB0, "again", RUNNING, "");
        store().note("shop", DB0, "again", REQUESTED, "");

        assertThat(in(DB0).state()).isEqualTo(RUNNING);
    }

    @Test
    void a_refusal_has_its_reason() {
        request("again", DB0);
        store().note("shop", DB0, "again", REFUSED, "there is no projection 'order_view'");

        assertThat(in(DB0).note()).isEqualTo("there is no projection 'order_view'");
        assertThat(in(DB0).startedAt()).isEmpty();
    }

    @Test
    void a_note_about_what_does_not_exist_does_nothing() {
        store().note("shop", DB0, "unknown", RUNNING, "");

        assertThat(store().backfills("shop")).isEmpty();
    }

    @Test
    void a_cancel_at_the_moment_of_the_start_is_never_lost() {
        ControlStore shard = store();
        ControlStore operator = store();
        for (int round = 0; round < ROUNDS; round++) {
            String id = "b" + round;
            request(id, DB0);
            SameMoment<Boolean, Integer> both = SameMoment.of(
                    () -> {
                        shard.note("shop", DB0, id, RUNNING, "");
                        return true;
                    },
                    () -> operator.cancel("shop", id));

            assertThat(both.second()).isEqualTo(1);
            Backfill backfill = store().backfills("shop").get(0);
            assertThat(backfill.request().id()).isEqualTo(id);
            assertThat(backfill.state()).isIn(CANCELLED, CANCELLING);
            assertThat(backfill.startedAt().isPresent()).isEqualTo(backfill.state() == CANCELLING);
            assertThat(backfill.endedAt().isPresent()).isEqualTo(backfill.state() == CANCELLED);
        }
    }

    @Test
    void a_cancel_at_the_moment_of_the_end_leaves_it_ended() {
        for (int round = 0; round < ROUNDS; round++) {
            String id = "b" + round;
            request(id, DB0);
            store().note("shop", DB0, id, RUNNING, "");
            SameMoment.of(
                    () -> {
                        store().note("shop", DB0, id, DONE, "");
                        return true;
                    },
                    () -> store().cancel("shop", id));

            assertThat(store().backfills("shop").get(0).state()).isEqualTo(DONE);
        }
    }

    private boolean isStored(String id, ShardId shard) {
        try {
            request(id, shard);
            return true;
        } catch (IllegalArgumentException thereAlready) {
            return false;
        }
    }

    private void request(String id, ShardId... shards) {
        store().request("shop", List.of(shards), request(id));
    }

    private static BackfillRequest request(String id) {
        return new BackfillRequest(
                id, "read-model", "order_view", new TreeSet<>(List.of(TableName.parse("public.orders"))));
    }

    /** The backfill named {@code again}, in one shard. */
    private Backfill in(ShardId shard) {
        return store().backfills("shop").stream()
                .filter(backfill -> backfill.shard().equals(shard.name()))
                .filter(backfill -> backfill.request().id().equals("again"))
                .findFirst()
                .orElseThrow();
    }

    private static Backfill only(List<Backfill> backfills) {
        assertThat(backfills).hasSize(1);
        return backfills.get(0);
    }
}
