package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * How often a target is tried. What is expected to pass is tried for ever, with exponential back-off and jitter; anything
 * else {@value #TRIES} times, and then the shard gives up. A newer owner ends it at once, and so does the wish to stop.
 */
public final class RetryRule {
    static final int TRIES = 4;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final double JITTER = 0.25;

    /** One try. */
    @FunctionalInterface
    interface Attempt {
        void run() throws InterruptedException;
    }

    private final Predicate<Throwable> isTransient;
    private final BooleanSupplier stopping;
    private final ApplyListener listener;
    private final Duration firstPause;

    /** @param alsoTransient failures to be tried for ever beside {@link TransientFailure} */
    public RetryRule(Predicate<Throwable> alsoTransient, BooleanSupplier stopping, ApplyListener listener) {
        this(alsoTransient, stopping, listener, FIRST_PAUSE);
    }

    RetryRule(
            Predicate<Throwable> alsoTransient, BooleanSupplier stopping, ApplyListener listener, Duration firstPause) {
        this.isTransient = failure -> failure instanceof TransientFailure || alsoTransient.test(failure);
        this.stopping = stopping;
        this.listener = listener;
        this.firstPause = firstPause;
    }

    void run(Session session, Attempt attempt) throws InterruptedException {
        AtomicInteger tries = new AtomicInteger();
        try {
            Failsafe.with(policy(session, isTransient, -1), policy(session, this::isTroubleOfTheBatch, TRIES - 1))
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
            throw failure(session, e);
        }
        if (tries.get() > 1) {
            listener.recovered(session);
        }
    }

    private static RuntimeException failure(Session session, RuntimeException e) throws InterruptedException {
        Throwable cause = e instanceof FailsafeException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof InterruptedException interrupted) {
            throw interrupted;
        }
        return new TargetGaveUpException(session.name(), TRIES, cause);
    }

    private void stopIfAsked() throws InterruptedException {
        // The exception takes the place of the thread's flag, also where Failsafe has set it again.
        boolean interrupted = Thread.interrupted();
        if (interrupted || stopping.getAsBoolean()) {
            throw new InterruptedException("the shard is being stopped");
        }
    }

    private boolean isTroubleOfTheBatch(Throwable failure) {
        return failure instanceof RuntimeException
                && !(failure instanceof FencedException)
                && !isTransient.test(failure);
    }

    private RetryPolicy<Object> policy(Session session, Predicate<Throwable> handles, int retries) {
        return RetryPolicy.builder()
                .handleIf(handles::test)
                .withBackoff(firstPause, LONGEST_PAUSE)
                .withJitter(JITTER)
                .withMaxRetries(retries)
                .onRetryScheduled(
                        event -> listener.retrying(session, event.getAttemptCount(), event.getLastException()))
                .build();
    }
}
