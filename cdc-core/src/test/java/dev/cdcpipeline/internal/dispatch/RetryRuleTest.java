package dev.cdcpipeline.internal.dispatch;

import static dev.cdcpipeline.internal.dispatch.Records.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often a target is tried, and what ends it. */
class RetryRuleTest {
    private static final int MANY = 4;

    private final Recording listener = new Recording();
    private final MemoryTarget target =
            new MemoryTarget("t", ORDERS).stands(new Offset("100:7", Position.boundary(100), LoadState.none()));
    private final Session session = new Session(target, target.open());
    private final AtomicInteger tries = new AtomicInteger();

    @AfterEach
    void noInterruptIsLeftBehind() {
        assertThat(Thread.interrupted()).isFalse();
    }

    private RetryRule rule(BooleanSupplier stopping) {
        return rule(stopping, Duration.ofMillis(1));
    }

    private RetryRule rule(BooleanSupplier stopping, Duration firstPause) {
        return new RetryRule(
                FailureTable.standard()
                        .with(failure -> failure instanceof UncheckedIOException
                                ? Optional.of(FailureKind.TRANSIENT)
                                : Optional.empty()),
                stopping,
                listener,
                firstPause);
    }

    private RetryRule.Attempt failing(int times, Supplier<RuntimeException> failure) {
        return () -> {
            if (tries.getAndIncrement() < times) {
                throw failure.get();
            }
        };
    }

    @Test
    void what_is_expected_to_pass_is_tried_until_it_passes() throws Exception {
        rule(() -> false).run(session, failing(MANY, () -> new TransientFailure("away")));

        assertThat(tries).hasValue(MANY + 1);
        assertThat(target.recoveries()).as("before each try but the first").isEqualTo(MANY);
        assertThat(listener.heard).endsWith("t recovered");
    }

    @Test
    void other_kinds_of_failure_can_be_named_as_passing() throws Exception {
        rule(() -> false).run(session, failing(2, () -> new UncheckedIOException(new IOException("away"))));

        assertThat(tries).hasValue(3);
    }

    @Test
    void what_does_not_pass_by_itself_goes_through() {
        IllegalStateException refusal = new IllegalStateException("value too long");

        assertThatThrownBy(() -> rule(() -> false).run(session, failing(99, () -> refusal)))
                .isSameAs(refusal);
        assertThat(tries).hasValue(1);
        assertThat(listener.heard).isEmpty();
    }

    @Test
    void what_asks_for_another_try_gets_it_after_its_own_pause() throws Exception {
        IllegalStateException refusal = new IllegalStateException("once");

        rule(() -> false).run(session, failing(2, () -> new TryAgainException(Duration.ofMillis(1), refusal)));

        assertThat(tries).hasValue(3);
        assertThat(target.recoveries()).isEqualTo(2);
        assertThat(listener.heard).containsExactly("t retrying", "t retrying", "t recovered");
    }

    @Test
    void the_try_at_which_a_batch_is_taken_apart_is_not_told() throws Exception {
        rule(() -> false).run(session, failing(1, () -> new TryAgainException(Duration.ZERO, new RuntimeException())));

        assertThat(listener.heard).containsExactly("t recovered");
    }

    @Test
    void a_newer_owner_ends_it_at_once() {
        assertThatThrownBy(() -> rule(() -> false).run(session, failing(99, () -> new FencedException("epoch 3"))))
                .isInstanceOf(FencedException.class);
        assertThat(tries).hasValue(1);
        assertThat(listener.heard).isEmpty();
    }

    @Test
    void a_newer_owner_that_shows_after_a_failed_try_ends_it_too() {
        assertThatThrownBy(() -> rule(() -> false).run(session, () -> {
                    throw tries.getAndIncrement() == 0 ? new TransientFailure("away") : new FencedException("epoch 3");
                }))
                .isInstanceOf(FencedException.class);
        assertThat(tries).hasValue(2);
    }

    @Test
    void a_lost_offset_ends_it_at_once_whatever_the_user_says_of_it() {
        FailureTable forgiving = FailureTable.standard().with(failure -> Optional.of(FailureKind.TRANSIENT));
        RetryRule rule = new RetryRule(forgiving, () -> false, listener, Duration.ofMillis(1));

        assertThatThrownBy(() -> rule.run(session, failing(99, () -> new OffsetLostException("emptied"))))
                .isInstanceOf(OffsetLostException.class);
        assertThat(tries).hasValue(1);
        assertThat(listener.heard).isEmpty();
    }

    @Test
    void success_at_the_first_try_is_silent() throws Exception {
        rule(() -> false).run(session, () -> {});

        assertThat(target.recoveries()).isZero();
        assertThat(listener.heard).isEmpty();
    }

    @Test
    void the_wish_to_stop_prevents_the_first_try() {
        assertThatThrownBy(() -> rule(() -> true).run(session, failing(0, () -> new TransientFailure("away"))))
                .isInstanceOf(InterruptedException.class);
        assertThat(tries).hasValue(0);
    }

    @Test
    void the_wish_to_stop_ends_it_whatever_the_try_failed_with() {
        BooleanSupplier afterOneTry = () -> tries.get() > 0;

        assertThatThrownBy(() -> rule(afterOneTry).run(session, failing(99, () -> new IllegalStateException("no"))))
                .isInstanceOf(InterruptedException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void an_interrupt_ends_the_pause_between_two_tries() throws Exception {
        CountDownLatch failed = new CountDownLatch(1);
        AtomicReference<Throwable> end = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                rule(() -> false, Duration.ofMillis(1900)).run(session, () -> {
                    failed.countDown();
                    throw new TransientFailure("away");
                });
            } catch (Throwable e) {
                end.set(e);
            }
        });
        thread.start();
        assertThat(failed.await(2, TimeUnit.SECONDS)).isTrue();

        thread.interrupt();
        thread.join(1000);

        assertThat(thread.isAlive()).isFalse();
        assertThat(end.get()).isInstanceOf(InterruptedException.class);
    }

    @Test
    void a_target_that_is_interrupted_and_says_so_in_its_own_way_ends_it() {
        assertThatThrownBy(() -> rule(() -> false).run(session, () -> {
                    tries.incrementAndGet();
                    Thread.currentThread().interrupt();
                    throw new TransientFailure("interrupted while waiting for a connection");
                }))
                .isInstanceOf(InterruptedException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void an_error_is_not_tried_again() {
        assertThatThrownBy(() -> rule(() -> false).run(session, () -> {
                    tries.incrementAndGet();
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(tries).hasValue(1);
    }
}
