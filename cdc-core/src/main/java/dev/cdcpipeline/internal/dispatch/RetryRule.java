package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.FailureKind;
import dev.cdcpipeline.failure.FailureTable;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.RetryPolicyBuilder;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * How a target is tried again. What passes by itself is tried for ever, with exponential back-off and jitter; so is what asks for
 * it, after the pause that it names. Anything else goes through; a newer owner, a lost offset and the wish to stop at once.
 */
public final class RetryRule {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    /** Short, because it is how long a target may be back before it is noticed. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private static final double JITTER = 0.25;

    /** One try. */
    @FunctionalInterface
    public interface Attempt {
        void run() throws InterruptedException;
    }

    private final FailureTable table;
    private final BooleanSupplier stopping;
    private final ApplyListener listener;
    private final Duration firstPause;

    /** @param table tells what passes by itself */
    public RetryRule(FailureTable table, BooleanSupplier stopping, ApplyListener listener) {
        this(table, stopping, listener, FIRST_PAUSE);
    }

    RetryRule(FailureTable table, BooleanSupplier stopping, ApplyListener listener, Duration firstPause) {
        this.table = table;
        this.stopping = stopping;
        this.listener = listener;
        this.firstPause = firstPause;
    }

    /**
     * Runs an attempt until it goes well; before each but the first the session finds out what is durable.
     *
     * @throws InterruptedException if the shard must stop
     */
    public void run(Session session, Attempt attempt) throws InterruptedException {
        AtomicInteger tries = new AtomicInteger();
        try {
            Failsafe.with(forever(session, this::passesByItself), whenAsked(session))
                    .run(() -> {
                        stopIfAsked();
                        if (tries.getAndIncrement() > 0) {
                            session.target().recover();
                        }
                        attempt.run();
                    });
        } catch (FencedException e) {
            throw e;
        } catch (RuntimeException e) {
            stopIfAsked();
            if (e instanceof FailsafeException && e.getCause() instanceof InterruptedException interrupted) {
                throw interrupted;
            }
            throw e;
        }
        if (tries.get() > 1) {
            listener.recovered(session);
        }
    }

    private void stopIfAsked() throws InterruptedException {
        // The exception takes the place of the thread's flag, also where Failsafe has set it again.
        boolean interrupted = Thread.interrupted();
        if (interrupted || stopping.getAsBoolean()) {
            throw new InterruptedException("the shard is being stopped");
        }
    }

    private boolean passesByItself(Throwable failure) {
        return failure instanceof RuntimeException
                && !(failure instanceof FencedException)
                && !(failure instanceof OffsetLostException)
                && !(failure instanceof TryAgainException)
                && !(failure instanceof TargetGaveUpException)
                && table.kindOf(failure) == FailureKind.TRANSIENT;
    }

    private RetryPolicy<Object> forever(Session session, Predicate<Throwable> handles) {
        return told(session, RetryPolicy.builder().handleIf(handles::test).withBackoff(firstPause, LONGEST_PAUSE));
    }

    private RetryPolicy<Object> whenAsked(Session session) {
        return told(
                session,
                RetryPolicy.builder()
                        .handle(TryAgainException.class)
                        .withDelayFn(context -> pause(context.getLastException())));
    }

    private static Duration pause(Throwable failure) {
        return failure instanceof TryAgainException again ? again.pause() : Duration.ZERO;
    }

    private RetryPolicy<Object> told(Session session, RetryPolicyBuilder<Object> policy) {
        return policy.withJitter(JITTER)
                .withMaxRetries(-1)
                .onRetryScheduled(event -> tell(session, event.getAttemptCount(), event.getLastException()))
                .build();
    }

    /** The try at which a failed batch is taken apart follows at once, and is not told. */
    private void tell(Session session, int attempt, Throwable failure) {
        if (!(failure instanceof TryAgainException again)) {
            listener.retrying(session, attempt, failure);
        } else if (!again.pause().isZero()) {
            listener.retrying(session, attempt, again.getCause());
        }
    }
}
