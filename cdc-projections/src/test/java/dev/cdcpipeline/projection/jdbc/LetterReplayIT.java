package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingSession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What was parked is applied in order and removed in the same transaction, or stays. */
class LetterReplayIT {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();
    private static final String CHECK = "alter table order_view add constraint sane check (customer not like 'bad%')";
    private static final String NO_CHECK = "alter table order_view drop constraint sane";

    private final HeardParking parking = new HeardParking();
    private OrderView view;
    private TargetUnderTest test;
    private ParkingSession session;

    @BeforeEach
    void create() {
        view = new OrderView();
        view.database.execute(CHECK);
        test = view.test().listener(parking);
        session = open(1);
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    @Test
    void what_was_parked_is_applied_in_order_once_nothing_hinders_it() {
        isolate(create("1", "bad"), create("2", "b"));
        isolate(update("1", "bad again"), update("1", "good"), update("2", "c"));
        assertThat(view.rows()).containsExactly("2|c|n");
        assertThat(session.parked()).isEqualTo(Map.of("public.order_view", 3L));
        view.database.execute(NO_CHECK);
        Offset before = session.offset().orElseThrow();
        parking.heard.clear();

        LetterStep step = session.replay(ALL, 0, 100);

        assertThat(view.rows()).containsExactly("1|good|n", "2|c|n");
        assertThat(step.done()).isEqualTo(3);
        assertThat(step.failed() + step.waiting()).isZero();
        assertThat(letters()).isEmpty();
        assertThat(session.parked()).isEmpty();
        assertThat(session.offset()).contains(before);
        assertThat(parking.heard).containsExactly("replayed CREATE", "replayed UPDATE", "replayed UPDATE");
        assertThat(session.replay(ALL, step.last(), 100).more()).isFalse();

        isolate(update("1", "flows again"));
        assertThat(view.rows()).containsExactly("1|flows again|n", "2|c|n");
    }

    @Test
    void what_fails_again_stays_with_another_attempt_and_so_does_what_is_behind_it() {
        isolate(create("1", "bad"), create("2", "bad"), create("3", "c"));
        isolate(update("1", "bad, too"));
        store().edit("shop", "read-model", letters().get(1).id(), Map.of("customer", "mended"));
        parking.heard.clear();

        LetterStep step = session.replay(ALL, 0, 100);

        assertThat(step.done()).isEqualTo(1);
        assertThat(step.failed()).isEqualTo(1);
        assertThat(step.waiting()).isEqualTo(1);
        assertThat(view.rows()).containsExactly("2|mended|n", "3|c|n");
        assertThat(letters()).extracting(DeadLetter::attempts).containsExactly(2, 0);
        assertThat(letters().get(0).error().orElseThrow().message()).contains("sane");
        assertThat(parking.heard).containsExactly("replayed CREATE", "failed CREATE");
        isolate(update("1", "still behind"));
        assertThat(letters()).hasSize(3);
    }

    /** As in any batch, only the last state of a row is written. */
    @Test
    void a_letter_that_mends_its_row_takes_those_before_it_along() {
        isolate(create("1", "bad"));
        isolate(update("1", "good"));

        assertThat(session.replay(ALL, 0, 100).done()).isEqualTo(2);
        assertThat(view.rows()).containsExactly("1|good|n");
        assertThat(letters()).isEmpty();
    }

    @Test
    void a_letter_is_not_replayed_while_an_earlier_one_of_its_key_stays() {
        isolate(create("1", "bad"), create("2", "bad"));
        isolate(update("1", "good"));
        view.database.execute(NO_CHECK);
        long last = letters().get(2).id();

        LetterStep step = session.replay(DeadLetterFilter.ids("read-model", last), 0, 100);

        assertThat(step).isEqualTo(new LetterStep(last, 0, 0, 1, true));
        assertThat(view.rows()).isEmpty();
        assertThat(letters()).hasSize(3);
        assertThat(letters().get(2).attempts()).isZero();
    }

    @Test
    void steps_go_on_where_the_one_before_ended_and_leave_what_stays() {
        for (int i = 1; i <= 5; i++) {
            isolate(create(String.valueOf(i), i % 2 == 0 ? "bad" : "badly"));
            isolate(update(String.valueOf(i), i % 2 == 0 ? "bad" : "good"));
        }
        view.database.execute(NO_CHECK, CHECK.replace("bad%", "bad"));
        long after = 0;
        int steps = 0;
        LetterStep step;
        do {
            step = session.replay(ALL, after, 3);
            after = step.last();
            steps++;
        } while (step.more());

        assertThat(steps).isEqualTo(5);
        assertThat(view.rows()).containsExactly("1|good|n", "3|good|n", "5|good|n");
        assertThat(letters()).hasSize(4);
        assertThat(session.parked()).isEqualTo(Map.of("public.order_view", 4L));
    }

    @Test
    void a_key_means_all_that_rows_with_changed_keys_link_also_over_several_steps() {
        isolate(create("9", "bad"), create("1", "bad"));
        isolate(view.orders.delete("1"), view.orders.createMoved("1", "2", "moved", "x", "n"));
        isolate(update("2", "later"));
        isolate(update("2", "last"));
        view.database.execute(NO_CHECK);
        DeadLetterFilter first = ALL.key(OrderView.ORDERS.name(), "1");

        long after = 0;
        LetterStep step;
        do {
            step = session.replay(first, after, 1);
            after = step.last();
        } while (step.more());

        assertThat(view.rows()).containsExactly("2|last|n");
        assertThat(letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.keys()).containsExactly("public.orders#1:9"));
    }

    @Test
    void the_halves_of_a_changed_key_are_applied_together_or_not_at_all() {
        isolate(create("1", "good"));
        isolate(view.orders.delete("1"), view.orders.createMoved("1", "2", "bad", "x", "n"));
        assertThat(view.rows()).containsExactly("1|good|n");

        assertThat(session.replay(ALL, 0, 1).failed()).isEqualTo(2);
        assertThat(view.rows()).containsExactly("1|good|n");
        assertThat(letters()).extracting(DeadLetter::attempts).containsExactly(2, 2);

        view.database.execute(NO_CHECK);
        assertThat(session.replay(ALL, 0, 1).done()).isEqualTo(2);
        assertThat(view.rows()).containsExactly("2|bad|n");
        assertThat(letters()).isEmpty();
    }

    @Test
    void changes_between_two_steps_wait_behind_what_is_not_replayed_yet() {
        isolate(create("1", "bad"), create("2", "bad"));
        view.database.execute(NO_CHECK);

        LetterStep step = session.replay(ALL, 0, 1);
        isolate(update("1", "one"), update("2", "two"));
        assertThat(view.rows()).containsExactly("1|one|n");

        session.replay(ALL, step.last(), 10);
        assertThat(view.rows()).containsExactly("1|one|n", "2|two|n");
        assertThat(letters()).isEmpty();
    }

    @Test
    void an_edited_row_is_replayed_as_it_is_now() {
        isolate(create("1", "bad"));
        isolate(view.orders.update("1", "bad", "x", TextRow.UNCHANGED));
        List<DeadLetter> parked = letters();
        store().edit("shop", "read-model", parked.get(0).id(), Map.of("customer", "mended"));
        store().edit("shop", "read-model", parked.get(1).id(), Map.of("customer", "mended, too", "note", "given"));

        assertThat(session.replay(ALL, 0, 10).done()).isEqualTo(2);
        assertThat(view.rows()).containsExactly("1|mended, too|given");
    }

    @Test
    void a_value_that_was_not_sent_leaves_the_one_before_alone() {
        isolate(create("1", "bad"));
        isolate(view.orders.update("1", "good", "x", TextRow.UNCHANGED));
        view.database.execute(NO_CHECK);

        session.replay(ALL, 0, 10);
        assertThat(view.rows()).containsExactly("1|good|n");
    }

    @Test
    void what_was_behind_a_discarded_letter_is_free() {
        isolate(create("1", "bad"));
        isolate(update("1", "good"));
        long poison = letters().get(0).id();
        parking.heard.clear();

        LetterStep step = session.discard(DeadLetterFilter.ids("read-model", poison), "a test order", 0, 10);
        assertThat(step.done()).isEqualTo(1);
        assertThat(parking.heard).containsExactly("discarded CREATE: a test order");
        isolate(update("1", "behind the one that waits"));
        assertThat(view.rows()).isEmpty();

        assertThat(session.replay(ALL, 0, 10).done()).isEqualTo(2);
        assertThat(view.rows()).containsExactly("1|behind the one that waits|n");
        assertThat(store().list("shop", ALL.discarded(), 0, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo(poison);
            assertThat(letter.note()).isEqualTo("a test order");
        });
    }

    @Test
    void letters_of_a_projection_that_is_gone_stay_and_can_be_discarded() {
        isolate(create("1", "bad"));
        view.database.execute(NO_CHECK);
        JdbcTarget without = JdbcTarget.named("read-model", view.database.dataSource());
        try (ParkingSession later = new TargetUnderTest(without, view.orders).open(2)) {
            LetterStep step = later.replay(ALL, 0, 10);
            assertThat(step.waiting()).isEqualTo(1);
            assertThat(letters()).hasSize(1);

            assertThat(later.discard(ALL, "no such view any more", 0, 10).done())
                    .isEqualTo(1);
            assertThat(letters()).isEmpty();
            assertThat(later.parked()).isEmpty();
        }
    }

    @Test
    void what_the_retention_cuts_is_no_hindrance_any_more() {
        isolate(create("1", "bad"), create("2", "bad"));
        isolate(update("1", "good"));
        view.database.execute("update cdc_dead_letter set parked_at = now() - interval '2 days'"
                + " where 'public.orders#1:1' = any(keys)");

        DeadLetterRetention day = DeadLetterRetention.forever().maxAge(Duration.ofDays(1));
        assertThat(session.cut(day, 100)).isEqualTo(2);
        assertThat(session.cut(day, 100)).isZero();
        assertThat(parking.heard).contains("cut 2");
        isolate(update("1", "new"), update("2", "still behind"));

        assertThat(view.rows()).containsExactly("1|new|n");
        assertThat(session.parked()).isEqualTo(Map.of("public.order_view", 2L));
    }

    @Test
    void a_truncate_that_is_replayed_discards_what_came_before_it_and_not_what_came_after() {
        isolate(create("1", "bad"), create("2", "good"));
        view.database.execute(
                "create function no() returns trigger language plpgsql as 'begin raise ''no''; end'",
                "create trigger no before delete on order_view for each row execute function no()");
        isolate(view.orders.truncate());
        isolate(create("3", "bad"));
        assertThat(letters())
                .extracting(letter -> letter.change().operation().name())
                .containsExactly("CREATE", "TRUNCATE", "CREATE");
        view.database.execute("drop trigger no on order_view");

        LetterStep step = session.replay(ALL, 0, 10);

        assertThat(step.done()).as("the truncate").isEqualTo(1);
        assertThat(view.rows()).isEmpty();
        assertThat(letters())
                .singleElement()
                .satisfies(letter -> assertThat(letter.keys()).containsExactly("public.orders#1:3"));
        assertThat(session.parked()).isEqualTo(Map.of("public.order_view", 1L));
    }

    @Test
    void an_older_owner_replays_nothing() {
        isolate(create("1", "bad"));
        view.database.execute(NO_CHECK);
        try (ParkingSession newer = open(2)) {
            assertThatThrownBy(() -> session.replay(ALL, 0, 10)).isInstanceOf(FencedException.class);
            assertThat(letters()).hasSize(1);
            assertThat(newer.replay(ALL, 0, 10).done()).isEqualTo(1);
        }
        assertThat(view.rows()).containsExactly("1|bad|n");
    }

    @Test
    void a_deferred_constraint_holds_a_letter_back_and_not_the_others() {
        view.database.execute(
                NO_CHECK,
                "create table customers (name text primary key)",
                "insert into customers values ('a')",
                "alter table order_view add constraint known foreign key (customer) references customers"
                        + " deferrable initially deferred");
        isolate(create("1", "bad"), create("2", "a"), create("3", "worse"));
        assertThat(view.rows()).containsExactly("2|a|n");
        view.database.execute("insert into customers values ('worse')");

        LetterStep step = session.replay(ALL, 0, 10);

        assertThat(step.done()).isEqualTo(1);
        assertThat(step.failed()).isEqualTo(1);
        assertThat(view.rows()).containsExactly("2|a|n", "3|worse|n");
        assertThat(letters().get(0).error().orElseThrow().message()).contains("known");
    }

    @Test
    void many_that_fail_among_many_that_do_not_are_told_apart() {
        Change<Row>[] changes = changes(200);
        isolate(changes);
        view.database.execute(NO_CHECK, CHECK.replace("bad%", "bad%7"));

        LetterStep step = session.replay(ALL, 0, 1_000);

        assertThat(step.done()).isEqualTo(180);
        assertThat(step.failed()).isEqualTo(20);
        assertThat(view.rows()).hasSize(180);
        assertThat(letters()).hasSize(20);
    }

    @SuppressWarnings("unchecked")
    private Change<Row>[] changes(int number) {
        Change<Row>[] changes = (Change<Row>[]) new Change<?>[number];
        for (int i = 0; i < number; i++) {
            changes[i] = create(String.valueOf(i), "bad " + i);
        }
        return changes;
    }

    @Test
    void letters_go_with_the_offset_of_a_shard_that_is_dropped() {
        isolate(create("1", "bad"));
        session.close();

        test.forget(2);

        assertThat(view.database.queryLong("select count(*) from cdc_dead_letter"))
                .isZero();
        try (ParkingSession anew = open(3)) {
            assertThat(anew.parked()).isEmpty();
        }
    }

    private ParkingSession open(long epoch) {
        return test.open(epoch);
    }

    private Change<Row> create(String id, String customer) {
        return view.orders.create(id, customer, "x", "n");
    }

    private Change<Row> update(String id, String customer) {
        return view.orders.update(id, customer, "x", "n");
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void isolate(Change<Row>... changes) {
        session.isolate(new ChangeBatch(List.of(changes)), test.next(), new JudgeUnderTest().attempts(1));
    }

    private DeadLetterStore store() {
        return view.target().deadLetters().orElseThrow();
    }

    private List<DeadLetter> letters() {
        return store().list("shop", ALL, 0, 1_000);
    }
}
