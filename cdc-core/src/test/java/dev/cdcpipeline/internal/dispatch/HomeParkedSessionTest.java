package dev.cdcpipeline.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowOf;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.policy.ParkingLimits;
import dev.cdcpipeline.target.LetterStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In which order letter and offset become durable, for a target that knows nothing of dead letters. */
class HomeParkedSessionTest {
    private final HomeBench bench = new HomeBench();
    private long at = 100;

    @BeforeEach
    void refuse() {
        bench.target.refuses = HomeSource::isBad;
    }

    /** One transaction of creates, {@code key=value} each. */
    private void dispatch(String... rows) throws InterruptedException {
        List<Change<Row>> changes = new ArrayList<>();
        for (String row : rows) {
            String[] parts = row.split("=");
            RowChange change = Records.change(HomeBench.ORDERS, Operation.CREATE, at, at + 1, parts[0], parts[1], 100);
            change.place(new Position(at, at + 1, changes.size()));
            changes.add(change);
        }
        at += 100;
        bench.dispatch(at, changes);
    }

    @Test
    void a_letter_is_stored_before_the_offset_moves_past_its_change() throws Exception {
        dispatch("a=1", "b=bad", "c=3", "b=4");

        assertThat(bench.target.rows).containsOnlyKeys("a", "c");
        assertThat(bench.heard).containsExactly("parked CREATE", "behind CREATE");
        assertThat(bench.steps.written).containsExactly("apply 1", "park", "park", "apply 1");
        assertThat(bench.target.offsets)
                .extracting(Offset::position)
                .containsExactly(new Position(100, 101, 0), Position.boundary(200));
        assertThat(bench.target.offsets).extracting(Offset::boundary).containsExactly("100:7", "200:1");
    }

    @Test
    void a_change_that_was_stored_before_a_death_is_stored_once() throws Exception {
        bench.steps.fail(step -> bench.steps.written.equals(List.of("apply 1", "park")) ? new Steps.Death() : null);
        assertThatThrownBy(() -> dispatch("a=1", "b=bad", "c=3")).isInstanceOf(Steps.Death.class);
        assertThat(bench.target.rows).containsOnlyKeys("a");
        bench.steps.goWell();
        bench.start();

        assertThat(bench.replay(DeadLetterFilter.all(), 10).waiting())
                .as("its change comes again, so it is not replayed yet")
                .isEqualTo(1);
        at = 100;
        dispatch("a=1", "b=bad", "c=3");

        assertThat(bench.letters.all()).hasSize(1);
        assertThat(bench.target.applied).hasSize(2);
        assertThat(bench.parking().parked()).containsEntry("plain", 1L);
    }

    @Test
    void a_replay_goes_in_order_and_leaves_what_fails_again() throws Exception {
        dispatch("b=bad1", "c=bad2", "b=3");
        bench.target.refuses = change -> PlainTarget.text(change.after()).equals("bad1");

        assertThat(bench.replay(DeadLetterFilter.all(), 1))
                .satisfies(step -> assertThat(List.of(step.done(), step.failed(), step.waiting()))
                        .containsExactly(1L, 1L, 1L));
        assertThat(bench.letters.parked())
                .extracting(letter -> letter.attempts())
                .containsExactly(2, 0);

        bench.target.refuses = change -> false;
        bench.replay(DeadLetterFilter.all(), 10);
        assertThat(bench.target.rows).containsEntry("b", "3").containsEntry("c", "bad2");
        assertThat(bench.parking().parked()).isEmpty();
    }

    @Test
    void a_step_of_a_replay_ends_soon_and_not_between_the_halves_of_an_update_of_a_key() throws Exception {
        bench.policy(failed -> new FailureDecision.Park())
                .limits(ParkingLimits.standard().share(1, 1000, 1000));
        bench.target.refuses = change -> true;
        String[] rows = new String[HomeReplay.MOST - 1];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = "k" + i + "=1";
        }
        dispatch(rows);
        bench.dispatch(
                at + 100,
                List.of(half(Operation.DELETE, "moved", null, null, 0), half(Operation.CREATE, "to", "moved", "2", 1)));
        bench.target.refuses = change -> false;
        int applied = bench.target.applied.size();
        int triesBefore = bench.target.tries;

        LetterStep first = bench.parking().replay(DeadLetterFilter.all(), 0, 500);
        assertThat(first.done()).as("with the second half").isEqualTo(HomeReplay.MOST + 1);
        assertThat(bench.parking().replay(DeadLetterFilter.all(), first.last(), 500))
                .satisfies(
                        step -> assertThat(step.done()).isZero(),
                        step -> assertThat(step.more()).isFalse());
        assertThat(bench.target.applied).hasSize(applied + HomeReplay.MOST + 1);
        assertThat(bench.target.tries).as("the halves at once").isEqualTo(triesBefore + HomeReplay.MOST);
        assertThat(bench.target.rows).containsKey("to").doesNotContainKey("moved");
    }

    private Change<Row> half(
            Operation operation, String key, @Nullable String previous, @Nullable String value, int index) {
        RowChange change = new RowChange(
                operation,
                HomeBench.ORDERS,
                RowOf.column("id", key),
                previous == null ? null : RowOf.column("id", previous),
                null,
                value == null ? null : RowOf.column("value", value),
                new RowChange.Origin("db0", at + 1, at, 0),
                100);
        change.place(new Position(at, at + 1, index));
        return change;
    }

    @Test
    void what_is_discarded_is_kept_and_holds_nobody_up() throws Exception {
        bench.policy(failed -> new FailureDecision.Discard("legacy"));

        dispatch("b=bad", "b=2");

        assertThat(bench.target.rows).containsEntry("b", "2");
        assertThat(bench.letters.all())
                .singleElement()
                .satisfies(letter -> assertThat(letter.note()).isEqualTo("legacy"));
        assertThat(bench.parking().parked()).isEmpty();
    }

    @Test
    void letters_that_an_operator_discards_hold_nobody_up() throws Exception {
        dispatch("b=bad", "b=2");

        assertThat(bench.parking()
                        .discard(DeadLetterFilter.all(), "obsolete", 0, 10)
                        .done())
                .isEqualTo(2);
        dispatch("b=3");

        assertThat(bench.target.rows).containsEntry("b", "3");
    }

    @Test
    void a_projection_that_comes_to_stand_for_all_by_its_name_parts_no_row_from_its_letters() throws Exception {
        dispatch("b=bad");
        bench.target.projection = "a";
        bench.start();

        dispatch("b=2", "c=3");

        assertThat(bench.target.rows).containsOnlyKeys("c");
        assertThat(bench.letters.parked())
                .extracting(letter -> letter.projection())
                .containsExactly("plain", "a");
        DeadLetter second = bench.letters.parked().get(1);
        assertThat(bench.replay(DeadLetterFilter.of(second), 10).waiting()).isEqualTo(1);
        bench.target.refuses = change -> false;
        bench.replay(DeadLetterFilter.all(), 1);
        assertThat(bench.target.rows).containsEntry("b", "2");
        assertThat(bench.parking().parked()).isEmpty();
    }

    @Test
    void the_two_halves_of_an_update_of_a_key_are_replayed_together_or_stay() throws Exception {
        dispatch("a=1");
        bench.dispatch(
                at + 100,
                List.of(half(Operation.DELETE, "a", null, null, 0), half(Operation.CREATE, "b", "a", "bad", 1)));
        assertThat(bench.letters.parked()).hasSize(2);

        assertThat(bench.replay(DeadLetterFilter.all(), 1).done()).isZero();
        assertThat(bench.target.rows).containsOnlyKeys("a");

        bench.target.refuses = change -> false;
        DeadLetter delete = bench.letters.parked().get(0);
        assertThat(bench.replay(DeadLetterFilter.of(delete), 10).done()).isEqualTo(2);
        assertThat(bench.target.rows).containsOnlyKeys("b");
        assertThat(bench.letters.all()).isEmpty();
    }

    @Test
    void a_lost_offset_parks_nothing_also_where_it_shows_while_a_batch_is_taken_apart() {
        bench.steps.fail(step -> bench.target.tries == 3 ? new OffsetLostException("emptied") : null);

        assertThatThrownBy(() -> dispatch("a=1", "b=bad", "c=3", "d=4")).isInstanceOf(OffsetLostException.class);
        assertThat(bench.letters.all()).isEmpty();
        assertThat(bench.target.tries).isEqualTo(3);
    }

    @Test
    void a_letter_at_whose_replay_an_offset_is_lost_has_not_failed_again() throws Exception {
        dispatch("b=bad");
        bench.steps.fail(step -> new OffsetLostException("emptied"));

        assertThatThrownBy(() -> bench.parking().replay(DeadLetterFilter.all(), 0, 10))
                .isInstanceOf(OffsetLostException.class);
        assertThat(bench.letters.all()).extracting(DeadLetter::attempts).containsExactly(1);
    }

    @Test
    void one_bad_change_among_many_costs_a_few_tries() throws Exception {
        String[] rows = new String[1000];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = "k" + i + "=" + (i == 700 ? "bad" : "v");
        }
        dispatch(rows);

        assertThat(bench.target.rows).hasSize(999);
        assertThat(bench.target.tries).isLessThan(30);
    }
}
