package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Records.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.RejectedChange;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.policy.FailureDecision;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.policy.ParkingLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the dispatcher makes of changes that a projection fails at. */
class FailurePolicyDispatchTest {
    private static final FailurePolicy QUICK =
            FailurePolicy.retry(3, Duration.ZERO, Duration.ZERO).then(FailurePolicy.park());

    private final Recording listener = new Recording();
    private final ParkingTarget target =
            new ParkingTarget(new Offset("100:7", Position.boundary(100), LoadState.none()));
    private FailureTable table = FailureTable.standard();
    private ParkingLimits limits = ParkingLimits.standard();
    private long at = 100;

    private final List<Session> sessions = List.of(new Session(target, target.open()));
    private @Nullable Dispatcher dispatcher;

    private void dispatch(String... ids) throws InterruptedException {
        if (dispatcher == null) {
            FailureSettings settings = new FailureSettings(QUICK, table, limits, DeadLetterRetention.forever());
            dispatcher = new Dispatcher(
                    sessions,
                    rows -> Map.of(),
                    settings,
                    new RetryRule(table, () -> false, listener, Duration.ofMillis(1)),
                    listener);
        }
        List<Change<Row>> changes = new ArrayList<>();
        for (String id : ids) {
            RowChange change = Records.change(ORDERS, Operation.CREATE, 1, at + 1, id, id, 100);
            change.place(new Position(at, at + 1, changes.size()));
            changes.add(change);
        }
        at += 100;
        dispatcher.dispatch(new Delivery(changes, at + ":1", Position.boundary(at), null, 0, Map.of(), 0, false));
    }

    private static String id(Change<Row> change) {
        return String.valueOf(Objects.requireNonNull(change.key()).value("id"));
    }

    private List<String> applied() {
        return target.applied.stream().map(FailurePolicyDispatchTest::id).toList();
    }

    private void refuse(RuntimeException failure) {
        target.refusal = change -> id(change).startsWith("bad") ? failure : null;
    }

    private static String[] names(String prefix, int number) {
        return IntStream.range(0, number).mapToObj(i -> prefix + i).toArray(String[]::new);
    }

    @Test
    void a_change_that_fails_three_times_is_parked_and_the_rest_applied() throws Exception {
        refuse(new IllegalStateException("value too long"));

        dispatch("a", "bad", "b");

        assertThat(applied()).containsExactly("a", "b");
        assertThat(target.letters).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(3);
            assertThat(letter.keys()).containsExactly("public.orders#3:bad");
            assertThat(letter.error().orElseThrow().type()).isEqualTo(IllegalStateException.class.getName());
            assertThat(letter.error().orElseThrow().stack()).contains("value too long");
        });
        assertThat(target.isolations).isEqualTo(3);
    }

    @Test
    void a_rejected_change_is_parked_at_the_first_look() throws Exception {
        refuse(new RejectedChange("no such customer"));

        dispatch("a", "bad");

        assertThat(target.isolations).isEqualTo(1);
        assertThat(target.letters)
                .singleElement()
                .satisfies(letter -> assertThat(letter.attempts()).isEqualTo(1));
    }

    @Test
    void a_failure_that_passes_by_itself_parks_nothing() throws Exception {
        int[] left = {5};
        target.refusal = change -> left[0]-- > 0 ? new TransientFailure("away") : null;

        dispatch("a", "b");

        assertThat(applied()).containsExactly("a", "b");
        assertThat(target.letters).isEmpty();
    }

    @Test
    void an_outage_while_a_batch_is_taken_apart_does_not_count_as_a_try_of_its_changes() throws Exception {
        int[] looks = {0};
        target.refusal = change -> {
            if (id(change).equals("bad")) {
                looks[0]++;
                return looks[0] > 2 && looks[0] < 9
                        ? new TransientFailure("away")
                        : new IllegalStateException("value too long");
            }
            return null;
        };

        dispatch("a", "bad");

        assertThat(target.letters)
                .singleElement()
                .satisfies(letter -> assertThat(letter.attempts()).isEqualTo(3));
    }

    @Test
    void the_user_may_say_what_a_failure_means() throws Exception {
        int[] left = {5};
        table = table.with(failure ->
                failure instanceof ArithmeticException ? Optional.of(FailureKind.TRANSIENT) : Optional.empty());
        target.refusal = change -> left[0]-- > 0 ? new IllegalStateException(new ArithmeticException()) : null;

        dispatch("a");

        assertThat(applied()).containsExactly("a");
        assertThat(target.letters).isEmpty();
    }

    @Test
    void a_failure_at_which_no_change_would_work_stops_the_shard_after_its_tries() {
        table = table.with(failure -> Optional.of(FailureKind.FATAL));
        refuse(new IllegalStateException("permission denied"));

        assertThatThrownBy(() -> dispatch("a", "bad"))
                .isInstanceOf(TargetGaveUpException.class)
                .hasMessageContaining("[db0] target 't' projection 't'")
                .hasMessageContaining("3 times")
                .hasMessageContaining("permission denied");
        assertThat(applied()).isEmpty();
        assertThat(target.letters).isEmpty();
    }

    @Test
    void the_policy_of_a_projection_wins_over_that_of_the_pipeline() {
        target.policy = FailurePolicy.stopShard();
        refuse(new RejectedChange("no"));

        assertThatThrownBy(() -> dispatch("a", "bad")).isInstanceOf(TargetGaveUpException.class);
        assertThat(applied()).isEmpty();
    }

    @Test
    void a_policy_of_the_user_may_discard_and_the_letter_says_why() throws Exception {
        target.policy = failed -> new FailureDecision.Discard("attempt " + failed.attempts());
        refuse(new IllegalStateException("no"));

        dispatch("a", "bad", "b");

        assertThat(applied()).containsExactly("a", "b");
        assertThat(target.letters)
                .singleElement()
                .satisfies(letter -> assertThat(letter.discarded()).contains("attempt 1"));
    }

    @Test
    void when_everything_fails_the_shard_stops_and_nothing_is_parked() {
        refuse(new IllegalStateException("a bug"));

        assertThatThrownBy(() -> dispatch(names("bad", 200)))
                .isInstanceOf(TargetGaveUpException.class)
                .hasMessageContaining("20 of its newest 20 changes")
                .hasMessageContaining("a bug");
        assertThat(target.letters).isEmpty();
    }

    @Test
    void in_batches_of_one_change_nineteen_are_parked_before_the_shard_stops() throws Exception {
        refuse(new IllegalStateException("a bug"));
        for (int i = 0; i < 19; i++) {
            dispatch("bad" + i);
        }

        assertThatThrownBy(() -> dispatch("bad19")).isInstanceOf(TargetGaveUpException.class);
        assertThat(target.letters).hasSize(19);
    }

    @Test
    void a_few_among_many_do_not_stop_the_shard() throws Exception {
        refuse(new IllegalStateException("value too long"));
        for (int i = 0; i < 40; i++) {
            dispatch("bad" + i, "a", "b");
        }

        assertThat(target.letters).hasSize(40);
    }

    @Test
    void a_policy_that_decides_nothing_stops_the_shard_and_parks_nothing_in_silence() {
        target.policy = failed -> null;
        refuse(new RejectedChange("no"));

        assertThatThrownBy(() -> dispatch("bad"))
                .isInstanceOf(TargetGaveUpException.class)
                .hasMessageContaining("has decided nothing");
        assertThat(target.letters).isEmpty();
    }

    @Test
    void more_letters_than_may_be_parked_stop_the_shard() throws Exception {
        limits = limits.parked(2);
        refuse(new RejectedChange("no"));
        dispatch("bad0", "a", "bad1");

        assertThatThrownBy(() -> dispatch("bad2", "b"))
                .isInstanceOf(TargetGaveUpException.class)
                .hasMessageContaining("has 3 parked changes, more than the 2");
    }

    @Test
    void a_failure_that_no_change_is_to_blame_for_is_given_up_after_some_tries() {
        int[] looks = {0};
        target.refusal = change -> {
            looks[0]++;
            return null;
        };
        target.policy = failed -> {
            throw new ArithmeticException("a policy that fails");
        };
        refuse(new IllegalStateException("no"));

        assertThatThrownBy(() -> dispatch("bad"))
                .isInstanceOf(TargetGaveUpException.class)
                .hasMessageContaining("a policy that fails");
    }
}
