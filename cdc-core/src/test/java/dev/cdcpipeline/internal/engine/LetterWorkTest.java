package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.deadletter.LetterOrder.Action;
import dev.cdcpipeline.deadletter.LetterOrder.State;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.dispatch.FailureSettings;
import dev.cdcpipeline.internal.dispatch.MemoryTarget;
import dev.cdcpipeline.internal.dispatch.Recording;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.internal.dispatch.RetryRule;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is asked for about dead letters, done between batches. */
class LetterWorkTest {
    private static final ShardId DB0 = new ShardId("db0");
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();

    private final HomeMemory home = new HomeMemory();
    private final ShardLetters letters = new ShardLetters(DB0, settings(home));
    private final Recording recording = new Recording();
    private final AtomicLong nanos = new AtomicLong();
    private final LetterTarget target = new LetterTarget("t", 3);

    @Test
    void an_order_is_done_before_the_first_batch_and_its_end_is_noted_with_the_next_look() throws InterruptedException {
        target.failing.add(2L);
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);

        work(target.session()).before();

        assertThat(target.letters).containsExactly(2L);
        assertThat(order("one").state()).isEqualTo(State.REQUESTED);
        letters.look(true);
        assertThat(order("one")).satisfies(order -> {
            assertThat(order.state()).isEqualTo(State.DONE);
            assertThat(order.done()).isEqualTo(2);
            assertThat(order.failed()).isEqualTo(1);
        });
        assertThat(letters.open()).isEmpty();
    }

    @Test
    void before_any_other_batch_nothing_is_done_and_after_each_what_came_meanwhile() throws InterruptedException {
        LetterWork work = work(target.session());
        work.before();
        ask("one", ALL.target("t"), Action.DISCARD);
        letters.look(true);

        work.before();
        assertThat(target.steps).isEmpty();
        work.after();
        work.after();

        assertThat(target.steps).containsExactly("discard as a reason after 0");
        assertThat(target.letters).isEmpty();
    }

    @Test
    void an_order_that_takes_long_goes_on_after_the_next_batch_and_keeps_later_ones_waiting()
            throws InterruptedException {
        LetterTarget large = new LetterTarget("t", 2 * LetterWork.STEP + 1);
        large.failing.add(7L);
        large.duringStep = () -> nanos.addAndGet(LetterWork.AFTER_A_BATCH.toNanos() / 2);
        ask("one", ALL.target("t"), Action.REPLAY);
        ask("two", ALL.target("t"), Action.DISCARD);
        letters.look(true);
        LetterWork work = work(large.session());

        work.after();
        assertThat(large.steps).containsExactly("replay after 0", "replay after 500");
        letters.look(true);
        assertThat(order("one").state()).isEqualTo(State.REQUESTED);
        assertThat(List.of(order("one").done(), order("one").failed())).containsExactly(999L, 1L);

        work.after();
        letters.look(true);
        assertThat(large.steps).endsWith("replay after 1000", "discard as a reason after 0");
        assertThat(order("one").state()).isEqualTo(State.DONE);
        assertThat(List.of(order("one").done(), order("one").failed())).containsExactly(1000L, 1L);
        assertThat(order("two").done()).isEqualTo(1);
    }

    @Test
    void an_engine_that_goes_on_with_an_order_begins_at_its_first_letter_that_is_left() throws InterruptedException {
        LetterTarget large = new LetterTarget("t", LetterWork.STEP + 1);
        large.failing.add(7L);
        large.duringStep = () -> nanos.addAndGet(LetterWork.AFTER_A_BATCH.toNanos());
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);
        work(large.session()).after();
        large.failing.clear();

        work(large.session()).before();
        letters.look(true);

        assertThat(large.steps).containsExactly("replay after 0", "replay after 0");
        assertThat(large.letters).isEmpty();
        assertThat(List.of(order("one").done(), order("one").failed())).containsExactly(501L, 0L);
    }

    @Test
    void what_passes_by_itself_is_tried_again_as_a_batch_is() throws InterruptedException {
        target.faults.add(new TransientFailure("away"));
        target.faults.add(new TransientFailure("still away"));
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);

        work(target.session()).after();

        assertThat(target.steps)
                .containsExactly("replay after 0", "recover", "replay after 0", "recover", "replay after 0");
        assertThat(recording.heard).containsExactly("t retrying", "t retrying", "t recovered");
        assertThat(target.letters).isEmpty();
    }

    @Test
    void a_letter_that_cannot_be_had_for_long_keeps_the_stream_waiting_no_longer_than_an_order_may()
            throws InterruptedException {
        target.duringStep = () -> nanos.addAndGet(LetterWork.AFTER_A_BATCH.toNanos() / 2);
        for (int i = 0; i < 3; i++) {
            target.faults.add(new TransientFailure("somebody holds it locked"));
        }
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);
        LetterWork work = work(target.session());

        work.after();
        assertThat(target.steps).containsExactly("replay after 0", "recover", "replay after 0", "recover");
        assertThat(recording.heard).endsWith("t recovered");
        work.after();
        letters.look(true);

        assertThat(order("one").state()).isEqualTo(State.DONE);
        assertThat(target.letters).isEmpty();
    }

    @Test
    void a_shard_that_must_stop_waits_for_no_target() {
        AtomicBoolean stopping = new AtomicBoolean();
        target.duringStep = () -> {
            stopping.set(true);
            throw new TransientFailure("away");
        };
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);
        RetryRule retry = new RetryRule(FailureTable.standard(), stopping::get, recording);
        LetterWork work =
                new LetterWork(letters, List.of(target.session()), DeadLetterRetention.forever(), retry, nanos::get);

        assertThatThrownBy(work::after).isInstanceOf(InterruptedException.class);
        assertThat(letters.open()).hasSize(1);
    }

    @Test
    void a_newer_owner_ends_it_at_once() {
        target.faults.add(new FencedException("[db0] another owner"));
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);

        assertThatThrownBy(work(target.session())::after).isInstanceOf(FencedException.class);
        assertThat(letters.open()).hasSize(1);
    }

    @Test
    void a_lost_offset_ends_it_at_once_and_the_order_stays() {
        target.faults.add(new OffsetLostException("[db0] emptied"));
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);

        assertThatThrownBy(work(target.session())::after).isInstanceOf(OffsetLostException.class);
        assertThat(letters.open()).hasSize(1);
        assertThat(target.steps).containsExactly("replay after 0");
    }

    @Test
    void an_order_at_which_the_target_fails_is_refused_and_the_stream_goes_on_with_a_usable_session()
            throws InterruptedException {
        target.faults.add(new IllegalStateException("broken"));
        ask("one", ALL.target("t"), Action.REPLAY);
        ask("two", ALL.target("t"), Action.REPLAY);
        letters.look(true);

        work(target.session()).after();
        letters.look(true);

        assertThat(target.steps).containsExactly("replay after 0", "recover", "replay after 0");
        assertThat(order("one").state()).isEqualTo(State.REFUSED);
        assertThat(order("one").note()).contains("broken");
        assertThat(order("two").state()).isEqualTo(State.DONE);
    }

    @Test
    void an_order_that_cannot_be_done_is_refused_with_the_reason() throws InterruptedException {
        MemoryTarget plain = new MemoryTarget("plain", Records.ORDERS);
        ask("one", ALL.target("gone"), Action.REPLAY);
        ask("two", ALL.target("t").projection("gone_view"), Action.REPLAY);
        ask("three", ALL.target("plain"), Action.REPLAY);
        letters.look(true);

        work(target.session(), new Session(plain, plain.open())).after();
        letters.look(true);

        assertThat(order("one").note()).contains("no target 'gone'");
        assertThat(order("two").note()).contains("target 't'", "no projection 'gone_view'");
        assertThat(order("three").note()).contains("'plain'", "no dead letters");
        assertThat(home.letterOrders("shop")).allMatch(order -> order.state() == State.REFUSED);
        assertThat(target.steps).isEmpty();
    }

    @Test
    void letters_of_a_projection_that_is_gone_can_be_discarded() throws InterruptedException {
        ask("one", ALL.target("t").projection("gone_view"), Action.DISCARD);
        letters.look(true);

        work(target.session()).after();
        letters.look(true);

        assertThat(order("one").state()).isEqualTo(State.DONE);
        assertThat(target.letters).isEmpty();
    }

    @Test
    void the_end_of_an_order_is_noted_when_the_home_database_is_back_and_it_is_not_done_again_meanwhile()
            throws InterruptedException {
        ask("one", ALL.target("t"), Action.REPLAY);
        letters.look(true);
        LetterWork work = work(target.session());
        work.after();

        home.away = true;
        assertThatThrownBy(() -> letters.look(true)).isInstanceOf(TransientFailure.class);
        work.after();
        home.away = false;
        letters.look(true);
        work.after();

        assertThat(order("one").state()).isEqualTo(State.DONE);
        assertThat(target.steps).hasSize(1);
    }

    private LetterWork keeping(long most, LetterTarget of) {
        return new LetterWork(
                letters,
                List.of(of.session()),
                DeadLetterRetention.forever().maxCount(most),
                recording.retries(),
                nanos::get);
    }

    @Test
    void letters_are_cut_at_first_and_once_a_minute() throws InterruptedException {
        LetterTarget large = new LetterTarget("t", LetterWork.STEP + 10);
        LetterWork work = keeping(5, large);

        work.before();
        assertThat(large.letters).hasSize(5);
        assertThat(large.steps).containsExactly("cut", "cut", "cut");
        work.after();
        nanos.addAndGet(LetterWork.CUT_PERIOD.toNanos() - 1);
        work.after();
        assertThat(large.steps).hasSize(3);
        nanos.addAndGet(1);
        work.after();
        assertThat(large.steps).hasSize(4);
    }

    @Test
    void a_step_of_the_retention_that_cuts_few_because_more_would_not_fit_is_followed_by_another()
            throws InterruptedException {
        LetterTarget large = new LetterTarget("t", LetterWork.STEP);
        large.mostCutAtOnce = 300;
        LetterWork work = keeping(5, large);

        work.before();

        assertThat(large.letters).hasSize(5);
    }

    @Test
    void a_retention_that_fails_keeps_nothing_from_going_on() throws InterruptedException {
        target.faults.add(new IllegalStateException("broken"));
        LetterWork work = keeping(1, target);

        work.before();
        nanos.addAndGet(LetterWork.CUT_PERIOD.toNanos());
        work.after();

        assertThat(target.steps).containsExactly("cut", "recover", "cut", "cut");
        assertThat(target.letters).containsExactly(3L);
    }

    private LetterWork work(Session... sessions) {
        return new LetterWork(
                letters, List.of(sessions), DeadLetterRetention.forever(), recording.retries(), nanos::get);
    }

    private void ask(String id, DeadLetterFilter filter, Action action) {
        String reason = action == Action.DISCARD ? "a reason" : "";
        home.requestLetters("shop", List.of(LetterOrder.requested(id, "db0", filter, action, reason)));
    }

    private LetterOrder order(String id) {
        return home.letterOrders("shop").stream()
                .filter(order -> order.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private static PipelineSettings settings(HomeMemory home) {
        return new PipelineSettings(
                "shop",
                new InstanceName("test"),
                Set.of(new ShardId("db0")),
                List.of(),
                home,
                PipelineListener.NONE,
                2048,
                50_000,
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                FailureSettings.standard(),
                Duration.ofSeconds(30));
    }
}
