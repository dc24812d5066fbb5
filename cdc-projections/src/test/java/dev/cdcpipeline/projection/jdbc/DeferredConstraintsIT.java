package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.target.ParkingSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Constraints that are checked at the commit: which change breaks one is found all the same, and found before it. */
class DeferredConstraintsIT {

    record Line(long id, long orderId) {}

    private static final SourceTable<Line> LINES = SourceTable.of("public.lines", Line.class);

    private final Changes lines = new Changes("public.lines", 1, "id", "order_id");
    private final JudgeUnderTest judge = new JudgeUnderTest();
    private OrderView view;
    private TargetUnderTest test;

    @BeforeEach
    void create() {
        view = new OrderView();
        view.database.execute(
                "alter table order_view add unique (customer) deferrable initially deferred",
                "alter table order_view add check (note <> 'bad')",
                "create table line_view (id bigint primary key, order_id bigint references order_view"
                        + " deferrable initially deferred)");
        JdbcTarget target = JdbcTarget.named("read-model", view.database.dataSource())
                .project(UpsertProjection.from(LINES).into("line_view").build())
                .project(UpsertProjection.from(OrderView.ORDERS)
                        .into("order_view")
                        .build());
        test = new TargetUnderTest(target, view.orders, lines);
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void an_orphan_among_many_transactions_is_found() {
        List<Change<Row>> changes = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            changes.addAll(Changes.transaction(i, order(i), lines.create("" + i, i == 17 ? "999" : "" + i)));
        }
        isolate(changes);
        assertThat(judge.judged).containsExactly("public.line_view CREATE 17");
        assertThat(judge.failures.get(0)).hasMessageContaining("23503");
        assertThat(view.rows()).hasSize(50);
        assertThat(lineIds()).hasSize(49).doesNotContain("17");
    }

    @Test
    void what_breaks_a_deferred_constraint_has_not_passed_for_the_judge() {
        isolate(List.of(order(1), lines.create("1", "999"), lines.create("2", "1")));
        isolate(List.of(lines.create("3", "999")));
        assertThat(judge.judged).containsExactly("public.line_view CREATE 1", "public.line_view CREATE 3");
        assertThat(judge.passed).containsOnly(Map.entry("public.line_view", 1), Map.entry("public.order_view", 1));
    }

    @Test
    void what_holds_behind_one_transaction_is_not_checked_again_behind_all_that_follow() {
        view.database.execute(
                "create sequence checked",
                "create function count_check() returns trigger language plpgsql as"
                        + " 'begin perform nextval(''checked''); return null; end'",
                "create constraint trigger counted after insert on line_view deferrable initially deferred"
                        + " for each row execute function count_check()");
        List<Change<Row>> changes = new ArrayList<>(Changes.transaction(1, order(1)));
        for (int i = 1; i <= 256; i++) {
            changes.addAll(Changes.transaction(1 + i, lines.create("" + i, i % 32 == 0 ? "999" : "1")));
        }
        isolate(changes);
        assertThat(judge.judged).hasSize(8);
        assertThat(Long.parseLong(view.database
                        .queryStrings("select last_value::text from checked")
                        .get(0)))
                .isLessThan(256 * 12); // a row is in a slice of every size, and each of them is checked once
    }

    @Test
    void an_orphan_is_found_where_other_constraints_begin_immediate_and_these_stay_so() {
        view.database.execute("alter table line_view add unique (order_id) deferrable initially immediate");
        isolate(List.of(
                order(1),
                lines.create("1", "1"),
                lines.create("2", "999"),
                lines.create("3", "1"),
                lines.update("1", "1")));
        assertThat(judge.judged).containsExactly("public.line_view CREATE 3", "public.line_view CREATE 2");
        assertThat(lineIds()).containsExactly("1");
    }

    @Test
    void an_orphan_inside_one_transaction_is_found_though_more_follows_it() {
        List<Change<Row>> changes = new ArrayList<>();
        for (int i = 1; i <= 40; i++) {
            changes.add(order(i));
            changes.add(lines.create("" + i, i == 5 || i == 23 ? "999" : "" + i));
        }
        isolate(changes);
        assertThat(judge.judged).containsExactly("public.line_view CREATE 5", "public.line_view CREATE 23");
        assertThat(lineIds()).hasSize(38);
    }

    @Test
    void a_line_that_comes_before_its_order_in_a_transaction_is_not_blamed_for_an_orphan_beside_it() {
        isolate(List.of(
                lines.create("1", "1"),
                lines.create("2", "2"),
                lines.create("3", "999"),
                lines.update("1", "2"),
                order(1),
                order(2)));
        assertThat(judge.judged).containsExactly("public.line_view CREATE 3");
        assertThat(view.database.queryStrings("select id || ':' || order_id from line_view order by id"))
                .containsExactly("1:2", "2:2");
    }

    @Test
    void a_line_of_an_order_that_is_parked_is_parked_too() {
        isolate(List.of(
                order(1),
                lines.create("1", "1"),
                view.orders.create("2", "b", "x", "bad"),
                lines.create("2", "2"),
                order(3),
                lines.create("3", "3")));
        assertThat(judge.judged).containsExactly("public.order_view CREATE 2", "public.line_view CREATE 2");
        assertThat(lineIds()).containsExactly("1", "3");
        assertThat(view.rows()).hasSize(2);
    }

    @Test
    void two_rows_that_end_a_transaction_with_one_unique_value_leave_one_out_and_a_swap_none() {
        isolate(new ArrayList<>(Changes.transaction(1, order(1), order(2))));
        assertThat(judge.judged).isEmpty();

        List<Change<Row>> changes = new ArrayList<>(Changes.transaction(
                2, view.orders.update("1", "customer 2", "x", "n"), view.orders.update("2", "customer 1", "x", "n")));
        changes.addAll(Changes.transaction(3, view.orders.create("3", "customer 1", "x", "n")));
        changes.addAll(Changes.transaction(4, order(4)));
        isolate(changes);

        assertThat(judge.judged).containsExactly("public.order_view CREATE 3");
        assertThat(view.rows()).containsExactly("1|customer 2|n", "2|customer 1|n", "4|customer 4|n");
    }

    @Test
    void a_swap_in_the_transaction_of_an_orphan_is_not_blamed() {
        isolate(new ArrayList<>(Changes.transaction(1, order(1), order(2))));
        isolate(Changes.transaction(
                2,
                view.orders.update("1", "customer 2", "x", "n"),
                lines.create("7", "999"),
                view.orders.update("2", "customer 1", "x", "n")));

        assertThat(judge.judged).containsExactly("public.line_view CREATE 7");
        assertThat(view.rows()).containsExactly("1|customer 2|n", "2|customer 1|n");
    }

    private Change<Row> order(int id) {
        return view.orders.create("" + id, "customer " + id, "x", "n");
    }

    private List<String> lineIds() {
        return view.database.queryStrings("select id::text from line_view order by id");
    }

    private void isolate(List<Change<Row>> changes) {
        try (ParkingSession session = test.open(1)) {
            test.isolate(session, judge, changes);
        }
    }
}
