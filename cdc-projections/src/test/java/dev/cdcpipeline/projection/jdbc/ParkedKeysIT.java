package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.failure.RejectedChange;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.ParkingSession;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What comes after a parked change of the same row waits behind it, in order. */
class ParkedKeysIT {
    private static final String VIEW = "public.order_view";

    private final HeardParking parking = new HeardParking();
    private OrderView view;
    private TargetUnderTest test;

    @BeforeEach
    void create() {
        view = new OrderView();
        view.database.execute("alter table order_view add constraint fair check (customer <> 'bad')");
        test = view.test().listener(parking);
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void later_changes_of_a_parked_row_are_parked_behind_it_and_those_of_others_are_applied() {
        try (ParkingSession session = test.open(1)) {
            isolate(
                    session,
                    view.orders.create("1", "bad", "x", "n"),
                    view.orders.create("2", "b", "x", "n"),
                    view.orders.update("1", "bad", "x", "n"));
            assertThat(session.parked()).containsExactly(Map.entry(VIEW, 2L));
            test.apply(session, view.orders.delete("1"), view.orders.update("2", "c", "x", "n"));
            assertThat(session.parked()).containsExactly(Map.entry(VIEW, 3L));
        }
        assertThat(letters()).containsExactly("CREATE 1 3", "UPDATE 1 0", "DELETE 1 0");
        assertThat(view.rows()).containsExactly("2|c|n");
        assertThat(parking.heard).containsExactly("stored CREATE", "stored UPDATE", "stored DELETE");
    }

    @Test
    void a_row_is_still_parked_for_the_next_session() {
        try (ParkingSession session = test.open(1)) {
            isolate(session, view.orders.create("1", "bad", "x", "n"));
        }
        try (ParkingSession session = test.open(2)) {
            assertThat(session.parked()).containsExactly(Map.entry(VIEW, 1L));
            test.apply(session, view.orders.update("1", "good", "x", "n"));
            assertThat(session.parked()).containsExactly(Map.entry(VIEW, 2L));
        }
        assertThat(letters()).containsExactly("CREATE 1 3", "UPDATE 1 0");
        assertThat(view.rows()).isEmpty();
    }

    @Test
    void a_batch_that_failed_parks_nothing_and_frees_nothing() {
        try (ParkingSession session = test.open(1)) {
            isolate(session, view.orders.create("1", "bad", "x", "n"));
            assertThatThrownBy(
                            () -> test.apply(session, view.orders.truncate(), view.orders.create("2", "bad", "x", "n")))
                    .hasMessageContaining("23514");
            assertThat(session.parked()).containsExactly(Map.entry(VIEW, 1L));
            session.recover();
            test.apply(session, view.orders.update("1", "good", "x", "n"));
        }
        assertThat(letters()).containsExactly("CREATE 1 3", "UPDATE 1 0");
    }

    @Test
    void a_row_that_takes_a_parked_key_waits_with_both_halves_and_so_does_what_has_its_old_key() {
        try (ParkingSession session = test.open(1)) {
            test.apply(session, view.orders.create("5", "five", "x", "n"));
            isolate(session, view.orders.create("1", "bad", "x", "n"));
            test.apply(session, view.orders.delete("5"), view.orders.createMoved("5", "1", "moved", "x", "n"));
            test.apply(session, view.orders.create("5", "new", "x", "n"), view.orders.create("6", "six", "x", "n"));
        }
        assertThat(letters()).containsExactly("CREATE 1 3", "DELETE 5 0", "CREATE 1 0", "CREATE 5 0");
        assertThat(view.rows()).containsExactly("5|five|n", "6|six|n");
    }

    @Test
    void a_parked_row_that_gets_another_key_parks_that_key_too() {
        try (ParkingSession session = test.open(1)) {
            isolate(session, view.orders.create("1", "bad", "x", "n"));
            test.apply(
                    session,
                    view.orders.delete("1"),
                    view.orders.createMoved("1", "7", "moved", "x", "n"),
                    view.orders.update("7", "again", "x", "n"));
        }
        assertThat(letters()).containsExactly("CREATE 1 3", "DELETE 1 0", "CREATE 7 0", "UPDATE 7 0");
        assertThat(view.rows()).isEmpty();
    }

    @Test
    void the_halves_of_a_key_change_that_fails_are_parked_together() {
        JudgeUnderTest judge = new JudgeUnderTest();
        try (ParkingSession session = test.open(1)) {
            test.apply(session, view.orders.create("1", "one", "x", "n"), view.orders.create("2", "two", "x", "n"));
            test.isolate(
                    session,
                    judge,
                    view.orders.delete("1"),
                    view.orders.createMoved("1", "9", "bad", "x", "n"),
                    view.orders.create("1", "next", "x", "n"),
                    view.orders.update("2", "zwei", "x", "n"));
        }
        assertThat(judge.judged).containsExactly(VIEW + " DELETE 1", VIEW + " CREATE 9");
        assertThat(letters()).containsExactly("DELETE 1 3", "CREATE 9 3", "CREATE 1 0");
        assertThat(view.rows()).containsExactly("1|one|n", "2|zwei|n");
    }

    @Test
    void a_row_that_a_load_has_read_goes_behind_too() {
        try (ParkingSession session = test.open(1)) {
            isolate(session, view.orders.create("1", "bad", "x", "n"));
            test.apply(
                    session,
                    List.of(view.orders.read("1", "read", "x", "n"), view.orders.read("2", "b", "x", "n")),
                    OrderView.loading(VIEW));
        }
        assertThat(letters()).containsExactly("CREATE 1 3", "READ 1 0");
        assertThat(view.rows()).containsExactly("2|b|n");
    }

    @Test
    void a_truncate_discards_what_is_parked_of_the_table() {
        Change<Row> truncate = view.orders.truncate();
        try (ParkingSession session = test.open(1)) {
            isolate(session, view.orders.create("1", "bad", "x", "n"), view.orders.create("2", "b", "x", "n"));
            test.apply(session, truncate, view.orders.create("1", "new", "x", "n"));
            assertThat(session.parked()).isEmpty();
        }
        assertThat(view.rows()).containsExactly("1|new|n");
        assertThat(states()).containsExactly("DISCARDED");
        assertThat(parking.heard)
                .containsExactly(
                        "stored CREATE", "discarded CREATE: the table was truncated at " + truncate.position());
    }

    @Test
    void a_truncate_in_the_batch_of_a_change_that_fails_discards_it_and_what_comes_then_is_applied() {
        TargetUnderTest handled = new TargetUnderTest(
                view.target(HandlerProjection.named("handler")
                        .on(SourceTable.rows("public.orders"), (change, handle) -> {
                            if (change.after() != null
                                    && "bad".equals(change.after().text("customer"))) {
                                throw new RejectedChange("bad");
                            }
                        })),
                view.orders);
        JudgeUnderTest judge = new JudgeUnderTest();
        try (ParkingSession session = handled.open(1)) {
            handled.isolate(
                    session,
                    judge,
                    view.orders.create("1", "bad", "x", "n"),
                    view.orders.update("1", "good", "x", "n"),
                    view.orders.truncate(),
                    view.orders.create("1", "new", "x", "n"),
                    view.orders.create("2", "bad", "x", "n"));
            assertThat(judge.judged).containsExactly("handler CREATE 1", "handler CREATE 2");
            assertThat(states()).containsExactly("DISCARDED", "DISCARDED", "PARKED");
            assertThat(session.parked()).containsExactly(Map.entry("handler", 1L));
        }
    }

    @Test
    void a_load_that_replaces_rows_keeps_one_whose_change_is_parked_and_ends_although_one_is_missing() {
        LoadState replacing = OrderView.loaded(VIEW).reloading();
        try (ParkingSession session = test.open(1)) {
            test.apply(session, List.of(view.orders.create("1", "one", "x", "n")), OrderView.loaded(VIEW));
            test.apply(session, List.of(view.orders.create("3", "stale", "x", "n")), OrderView.loaded(VIEW));
            test.apply(session, List.of(view.orders.update("2", "two", "x", TextRow.UNCHANGED)), replacing);
            Offset during = test.next().withLoad(replacing);
            session.isolate(
                    new ChangeBatch(
                            List.of(view.orders.read("1", "bad", "x", "n"), view.orders.read("2", "bad", "x", "n"))),
                    during,
                    new JudgeUnderTest());
            Offset end = test.next()
                    .withLoad(replacing.advance(null, 1, Map.of(OrderView.ORDERS.name(), TableLoad.SUCCEEDED)));
            session.apply(ChangeBatch.empty(), end);
            assertThat(session.offset().orElseThrow().load().wants(OrderView.ORDERS.name()))
                    .isFalse();
        }
        assertThat(view.rows()).containsExactly("1|one|n");
        assertThat(letters()).containsExactly("READ 1 3", "READ 2 3");
    }

    @Test
    void a_table_without_a_key_waits_as_a_whole() {
        Changes events = Changes.typed("public.events", 0, "kind text");
        JdbcTarget target = JdbcTarget.named("read-model", view.database.dataSource())
                .project(MirrorProjection.from("public.events")
                        .into("event_mirror")
                        .build());
        view.database.execute("create table event_mirror (kind text check (kind <> 'bad'))");
        TargetUnderTest keyless = new TargetUnderTest(target, events);
        JudgeUnderTest judge = new JudgeUnderTest();
        try (ParkingSession session = keyless.open(1)) {
            keyless.isolate(session, judge, events.create("a"), events.create("bad"), events.create("b"));
            keyless.apply(session, events.deleteFull("a"));
            assertThat(session.parked()).containsExactly(Map.entry("public.event_mirror", 3L));
        }
        assertThat(judge.judged).containsExactly("public.event_mirror CREATE -");
        assertThat(view.database.queryStrings("select kind from event_mirror")).containsExactly("a");

        try (ParkingSession session = keyless.open(2)) {
            keyless.apply(session, events.truncate(), events.create("c"));
            assertThat(session.parked()).isEmpty();
        }
        assertThat(view.database.queryStrings("select kind from event_mirror")).containsExactly("c");
    }

    @Test
    void a_view_with_a_key_of_its_own_parks_by_that_key_before_and_after() {
        JdbcTarget target = view.target(UpsertProjection.from(OrderView.ORDERS)
                .into("order_view")
                .key("id")
                .build());
        Changes keyless = new Changes("public.orders", 0, "id", "customer", "note");
        TargetUnderTest byView = new TargetUnderTest(target, keyless);
        JudgeUnderTest judge = new JudgeUnderTest();
        try (ParkingSession session = byView.open(1)) {
            byView.isolate(
                    session,
                    judge,
                    keyless.create("1", "one", "n"),
                    keyless.create("2", "bad", "n"),
                    keyless.updateFull(List.of("1", "one", "n"), "2", "bad", "n"),
                    keyless.create("1", "next", "n"),
                    keyless.create("3", "three", "n"));
            assertThat(session.parked()).containsExactly(Map.entry(VIEW, 3L));
        }
        assertThat(judge.judged).containsExactly(VIEW + " CREATE -");
        assertThat(view.rows()).containsExactly("1|one|n", "3|three|n");
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void isolate(ParkingSession session, Change<Row>... changes) {
        test.isolate(session, new JudgeUnderTest(), changes);
    }

    private List<String> letters() {
        return view.database.queryStrings("select operation || ' ' || (row_key::jsonb ->> 'id') || ' ' || attempts"
                + " from cdc_dead_letter where state = 'PARKED' order by id");
    }

    private List<String> states() {
        return view.database.queryStrings("select state from cdc_dead_letter order by id");
    }
}
