package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.RejectedChange;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ParkingSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A batch with changes that fail: they are found, and everything else is applied with the offset, in one transaction. */
class IsolatedBatchIT {
    private static final int LARGE = 1_000;

    private final JudgeUnderTest judge = new JudgeUnderTest();
    private OrderView view;

    @BeforeEach
    void create() {
        view = new OrderView();
        view.database.execute("alter table order_view add constraint fair check (customer <> 'bad')");
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void parks_the_one_change_that_a_constraint_refuses_and_applies_all_others_at_once() {
        List<Integer> seenByOthers = new ArrayList<>();
        AtomicInteger tries = new AtomicInteger();
        TargetUnderTest test = withHandler(change -> {
            if (isOrder(change, 0)) {
                tries.incrementAndGet();
                seenByOthers.add(view.rows().size());
            }
        });
        try (ParkingSession session = test.open(1)) {
            List<Change<Row>> changes = orders(Set.of(437));
            assertThatThrownBy(() -> test.apply(session, changes, OrderView.loaded("public.order_view", "handler")))
                    .hasMessageContaining("23514");
            session.recover();

            Offset upTo = test.isolate(session, judge, changes);

            assertThat(session.offset()).contains(upTo);
            assertThat(session.parked()).containsExactly(Map.entry("public.order_view", 1L));
        }
        assertThat(judge.judged).containsExactly("public.order_view CREATE 437");
        assertThat(letters()).containsExactly("public.order_view CREATE PARKED 3");
        assertThat(view.rows()).hasSize(LARGE - 1).doesNotContain("437|bad|n");
        assertThat(seenByOthers).containsOnly(0);
        assertThat(judge.passed).containsEntry("public.order_view", LARGE - 1).containsEntry("handler", LARGE);
    }

    @Test
    void needs_a_number_of_tries_that_grows_with_the_logarithm_of_the_batch() {
        AtomicInteger tries = new AtomicInteger();
        TargetUnderTest test = new TargetUnderTest(
                view.target(new CountingProjection(OrderView.ORDERS, tries, change -> isOrder(change, 613))),
                view.orders);
        try (ParkingSession session = test.open(1)) {
            test.isolate(session, judge, orders(Set.of()));
        }
        assertThat(judge.judged).containsExactly("counting CREATE 613");
        assertThat(tries.get()).isBetween(10, 25); // 1,000 changes are halved ten times
    }

    @Test
    void finds_several_changes_in_several_transactions() {
        TargetUnderTest test = view.test();
        List<Change<Row>> changes = new ArrayList<>();
        for (int transaction = 1; transaction <= 10; transaction++) {
            Change<Row> good = view.orders.create(transaction + "1", "a", "x", "n");
            Change<Row> second = view.orders.create(transaction + "2", transaction % 3 == 0 ? "bad" : "b", "x", "n");
            changes.addAll(Changes.transaction(transaction, good, second));
        }
        try (ParkingSession session = test.open(1)) {
            test.isolate(session, judge, changes);
        }
        assertThat(judge.judged)
                .containsExactly(
                        "public.order_view CREATE 32", "public.order_view CREATE 62", "public.order_view CREATE 92");
        assertThat(view.rows()).hasSize(17);
        assertThat(view.database.queryStrings("select transaction_id::text from cdc_dead_letter order by id"))
                .containsExactly("3", "6", "9");
    }

    @Test
    void leaves_a_change_out_of_the_one_projection_that_fails_at_it() {
        List<String> handled = new ArrayList<>();
        TargetUnderTest test =
                withHandler(change -> handled.add(String.valueOf(change.key().text(0))));
        try (ParkingSession session = test.open(1)) {
            test.isolate(
                    session, judge, view.orders.create("1", "bad", "x", "n"), view.orders.create("2", "b", "x", "n"));
        }
        assertThat(letters()).containsExactly("public.order_view CREATE PARKED 3");
        assertThat(view.rows()).containsExactly("2|b|n");
        assertThat(handled).contains("1", "2");
    }

    @Test
    void finds_the_change_at_which_a_handler_swallows_a_failure() {
        TargetUnderTest test = new TargetUnderTest(
                view.target().project(HandlerProjection.named("handler").on(OrderView.ORDERS, (change, handle) -> {
                    if ("2".equals(change.key().text(0))) {
                        try {
                            handle.execute("select 1/0");
                        } catch (RuntimeException swallowed) {
                            // The transaction is broken all the same.
                        }
                    }
                })),
                view.orders);
        try (ParkingSession session = test.open(1)) {
            test.isolate(
                    session,
                    judge,
                    view.orders.create("1", "a", "x", "n"),
                    view.orders.create("2", "b", "x", "n"),
                    view.orders.create("3", "c", "x", "n"));
        }
        assertThat(judge.judged).containsExactly("handler CREATE 2");
        assertThat(judge.failures.get(0)).hasMessageContaining("swallowed the failure of a statement");
        assertThat(view.rows()).containsExactly("1|a|n", "2|b|n", "3|c|n");
    }

    @Test
    void hands_the_rejection_of_a_handler_to_the_judge() {
        TargetUnderTest test = withHandler(change -> {
            if (isOrder(change, 1)) {
                throw new RejectedChange("not ours");
            }
        });
        try (ParkingSession session = test.open(1)) {
            test.isolate(session, judge, orders(Set.of()));
        }
        assertThat(judge.failures).hasSize(1);
        assertThat(judge.failures.get(0)).isInstanceOf(RejectedChange.class).hasMessageEndingWith("not ours");
    }

    @Test
    void keeps_what_is_discarded_and_parks_nothing_behind_it() {
        TargetUnderTest test = view.test();
        try (ParkingSession session = test.open(1)) {
            test.isolate(session, judge.discarding("legacy"), view.orders.create("1", "bad", "x", "n"));
            test.apply(session, view.orders.update("1", "good", "x", "n"));
            assertThat(session.parked()).isEmpty();
        }
        assertThat(letters()).containsExactly("public.order_view CREATE DISCARDED 3");
        assertThat(view.rows()).containsExactly("1|good|n");
    }

    @Test
    void writes_nothing_when_the_batch_is_to_be_tried_again() {
        TargetUnderTest test = view.test();
        RuntimeException again = new IllegalStateException("again, please");
        try (ParkingSession session = test.open(1)) {
            Offset before = test.apply(session);
            List<Change<Row>> changes = orders(Set.of(7));
            assertThatThrownBy(() -> test.isolate(session, judge.concluding(again), changes))
                    .isSameAs(again);
            assertThat(session.parked()).isEmpty();
            session.recover();
            assertThat(session.offset()).contains(before);
            assertThat(session.parked()).isEmpty();
            assertThat(view.rows()).isEmpty();
            assertThat(letters()).isEmpty();

            test.isolate(session, new JudgeUnderTest(), changes);
            assertThat(letters()).hasSize(1);
            assertThat(view.rows()).hasSize(LARGE - 1);
        }
    }

    @Test
    void gives_up_at_once_for_what_passes_by_itself() {
        AtomicInteger tries = new AtomicInteger();
        TargetUnderTest test = withHandler(change -> {
            tries.incrementAndGet();
            throw new TransientFailure("not now");
        });
        try (ParkingSession session = test.open(1)) {
            assertThatThrownBy(() -> test.isolate(session, judge, orders(Set.of(3))))
                    .isInstanceOf(TransientFailure.class);
        }
        assertThat(judge.judged).doesNotContain("handler CREATE 0");
        assertThat(view.rows()).isEmpty();
        assertThat(letters()).isEmpty();
    }

    @Test
    void finds_the_change_at_which_a_handler_overflows_the_stack() {
        TargetUnderTest test = withHandler(change -> {
            if (isOrder(change, 5)) {
                throw new StackOverflowError("deep");
            }
        });
        try (ParkingSession session = test.open(1)) {
            test.isolate(session, judge, orders(Set.of()));
        }
        assertThat(judge.judged).containsExactly("handler CREATE 5");
        assertThat(judge.failures.get(0)).hasRootCauseInstanceOf(StackOverflowError.class);
        assertThat(view.rows()).hasSize(LARGE);
    }

    @Test
    void does_not_blame_a_change_for_a_dead_letter_that_cannot_be_stored() {
        TargetUnderTest test = view.test();
        try (ParkingSession session = test.open(1)) {
            view.database.execute("alter table cdc_dead_letter add check (projection <> 'public.order_view')");
            assertThatThrownBy(() -> test.isolate(session, judge, orders(Set.of(3))))
                    .hasMessageContaining("cdc_dead_letter");
        }
        assertThat(judge.judged).containsExactly("public.order_view CREATE 3");
        assertThat(view.rows()).isEmpty();
    }

    private TargetUnderTest withHandler(Consumer<Change<OrderView.Order>> handler) {
        JdbcTarget target = view.target()
                .project(HandlerProjection.named("handler")
                        .on(OrderView.ORDERS, (change, handle) -> handler.accept(change)));
        return new TargetUnderTest(target, view.orders);
    }

    private static boolean isOrder(Change<?> change, int id) {
        return String.valueOf(id).equals(change.key().text(0));
    }

    private List<Change<Row>> orders(Set<Integer> bad) {
        List<Change<Row>> orders = new ArrayList<>();
        for (int id = 0; id < LARGE; id++) {
            orders.add(view.orders.create(String.valueOf(id), bad.contains(id) ? "bad" : "good", "x", "n"));
        }
        return orders;
    }

    private List<String> letters() {
        return view.database.queryStrings(
                "select concat_ws(' ', projection, operation, state, attempts) from cdc_dead_letter order by id");
    }
}
