package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.internal.dispatch.RetryRule;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.target.LetterStep;
import dev.cdcpipeline.target.ParkingSession;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Replays, discards and cuts dead letters in one engine run, on the engine's thread and between its batches, so that nothing of the
 * same row is applied meanwhile. Each step is a transaction of its target; a crash repeats what was not done.
 */
final class LetterWork {
    private static final Logger LOG = LoggerFactory.getLogger(LetterWork.class);
    /** Letters that are looked at in one transaction. */
    static final int STEP = 500;
    /** How long the stream may be kept waiting after a batch. */
    static final Duration AFTER_A_BATCH = Duration.ofSeconds(2);
    /** The same before the first one: a shard that stopped because too much is parked must get rid of enough of it. */
    static final Duration AT_FIRST = Duration.ofSeconds(30);

    static final Duration CUT_PERIOD = Duration.ofMinutes(1);

    private final ShardLetters letters;
    private final List<Session> sessions;
    private final DeadLetterRetention retention;
    private final RetryRule retry;
    private final LongSupplier nanos;
    /** Where an order goes on that has not ended. */
    private final Map<String, Long> places = new HashMap<>();

    private boolean begun;
    private long nextCut;
    private long end;

    LetterWork(ShardLetters letters, List<Session> sessions, DeadLetterRetention retention, RetryRule retry) {
        this(letters, sessions, retention, retry, System::nanoTime);
    }

    LetterWork(
            ShardLetters letters,
            List<Session> sessions,
            DeadLetterRetention retention,
            RetryRule retry,
            LongSupplier nanos) {
        this.letters = letters;
        this.sessions = sessions;
        this.retention = retention;
        this.retry = retry;
        this.nanos = nanos;
        this.nextCut = nanos.getAsLong();
    }

    /**
     * Does what is asked for before the run's first batch; nothing before any other.
     *
     * @throws InterruptedException if the shard must stop
     * @throws FencedException if another owner has taken the shard
     * @throws OffsetLostException if a target has lost its data
     */
    void before() throws InterruptedException {
        if (!begun) {
            begun = true;
            work(AT_FIRST);
        }
    }

    /** Does what is asked for, or goes on with it, after a batch; as {@link #before}. */
    void after() throws InterruptedException {
        work(AFTER_A_BATCH);
    }

    private void work(Duration most) throws InterruptedException {
        end = nanos.getAsLong() + most.toNanos();
        for (LetterOrder order : letters.open()) {
            if (!isLate()) {
                goOn(order);
            }
        }
        if (retention.mayCut() && !isLate() && nanos.getAsLong() - nextCut >= 0) {
            cut();
        }
    }

    private boolean isLate() {
        return nanos.getAsLong() - end >= 0;
    }

    private void goOn(LetterOrder order) throws InterruptedException {
        Session session = sessions.stream()
                .filter(each -> each.name().equals(order.target()))
                .findFirst()
                .orElse(null);
        if (session == null) {
            refuse(order, "there is no target '" + order.target() + "'");
        } else if (session.parking().isEmpty()) {
            refuse(order, "target '" + order.target() + "' keeps no dead letters");
        } else if (order.action() == LetterOrder.Action.REPLAY && !hasProjection(session, order)) {
            refuse(
                    order,
                    "target '" + order.target() + "' has no projection '"
                            + order.filter().projection().orElse("") + "'");
        } else {
            stepByStep(order, session);
        }
    }

    /** What a projection has left that is gone can be discarded, but nobody can replay it. */
    private static boolean hasProjection(Session session, LetterOrder order) {
        return order.filter()
                .projection()
                .map(name -> session.fills().values().stream().anyMatch(of -> of.containsKey(name)))
                .orElse(true);
    }

    private void stepByStep(LetterOrder order, Session session) throws InterruptedException {
        String key = order.id() + ' ' + order.target();
        Long after = places.get(key);
        LetterOrder sofar = after == null ? order.progressed(order.done(), 0) : order;
        boolean more = true;
        try {
            while (more && !isLate()) {
                long from = after == null ? 0 : after;
                Optional<LetterStep> done = run(session, parking -> step(parking, order, from));
                if (done.isEmpty()) {
                    return;
                }
                LetterStep step = done.get();
                after = step.last();
                places.put(key, after);
                sofar = sofar.progressed(sofar.done() + step.done(), sofar.failed() + step.failed() + step.waiting());
                more = step.more();
                letters.note(sofar);
            }
        } catch (FencedException | OffsetLostException e) {
            throw e;
        } catch (RuntimeException e) {
            refuse(sofar, failed(session, "order " + order.id() + " about dead letters", e));
            return;
        }
        if (!more) {
            places.remove(key);
            done(sofar);
        }
    }

    private static LetterStep step(ParkingSession parking, LetterOrder order, long after) {
        return switch (order.action()) {
            case REPLAY -> parking.replay(order.filter(), after, STEP);
            case DISCARD -> parking.discard(order.filter(), order.reason(), after, STEP);
        };
    }

    /**
     * Tried again as a batch is while it fails for a reason that passes by itself, such as a letter that somebody holds locked; empty
     * if that takes so long that the stream goes on first.
     */
    private <T> Optional<T> run(Session session, Function<ParkingSession, T> step) throws InterruptedException {
        ParkingSession parking = session.parking().orElseThrow();
        AtomicReference<Optional<T>> result = new AtomicReference<>(Optional.empty());
        AtomicBoolean tried = new AtomicBoolean();
        MDC.put("cdc.target", session.name());
        try {
            retry.run(session, () -> {
                if (!tried.getAndSet(true) || !isLate()) {
                    result.set(Optional.of(step.apply(parking)));
                }
            });
        } finally {
            MDC.remove("cdc.target");
        }
        return result.get();
    }

    /** Makes the session usable again; what failed must not keep the stream from going on. */
    private String failed(Session session, String what, RuntimeException failure) throws InterruptedException {
        LOG.warn("target '{}': {} failed", session.name(), what, failure);
        retry.run(session, session.target()::recover);
        return String.valueOf(failure.getMessage());
    }

    private void done(LetterOrder order) {
        LOG.info(
                "[{}] target '{}': order {} to {} dead letters is done: {} done, {} stay",
                order.shard(),
                order.target(),
                order.id(),
                order.action(),
                order.done(),
                order.failed());
        letters.note(order.ended(LetterOrder.State.DONE, ""));
    }

    private void refuse(LetterOrder order, String why) {
        LOG.warn("[{}] order {} about dead letters is refused: {}", order.shard(), order.id(), why);
        letters.note(order.ended(LetterOrder.State.REFUSED, why));
    }

    private void cut() throws InterruptedException {
        for (Session session : sessions) {
            try {
                while (session.parking().isPresent() && cut(session) > 0) {
                    if (isLate()) {
                        return;
                    }
                }
            } catch (FencedException | OffsetLostException e) {
                throw e;
            } catch (RuntimeException e) {
                failed(session, "the retention of dead letters", e);
            }
        }
        nextCut = nanos.getAsLong() + CUT_PERIOD.toNanos();
    }

    private long cut(Session session) throws InterruptedException {
        return run(session, parking -> parking.cut(retention, STEP)).orElse(0L);
    }
}
