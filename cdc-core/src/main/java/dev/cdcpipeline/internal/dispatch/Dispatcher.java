package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.ParkingSession;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.MDC;

/**
 * Hands a delivery to every target, one after the other, until each has it. What a target has already is left out, so that
 * nothing is applied twice; what fails is tried again by the {@link RetryRule}, and what fails for good goes
 * by its {@link dev.cdcpipeline.policy.FailurePolicy}, so that nothing is left out in silence.
 */
public final class Dispatcher {
    private final List<Session> sessions;
    private final Map<Session, SessionShares> shares = new IdentityHashMap<>();
    private final UnchangedValues unchanged;
    private final FailureSettings failures;
    private final RetryRule retry;
    private final ApplyListener listener;

    public Dispatcher(
            List<Session> sessions,
            UnchangedValues unchanged,
            FailureSettings failures,
            RetryRule retry,
            ApplyListener listener) {
        this.sessions = List.copyOf(sessions);
        this.failures = failures;
        sessions.forEach(session -> shares.put(session, new SessionShares(session, failures.limits())));
        this.unchanged = unchanged;
        this.retry = retry;
        this.listener = listener;
    }

    /**
     * Applies a delivery to all targets.
     *
     * @throws InterruptedException if the shard must stop; what is not applied comes again at the next start
     * @throws dev.cdcpipeline.failure.FencedException if another owner has taken the shard
     * @throws OffsetLostException if a target does not stand any more where it stood
     * @throws TargetGaveUpException if the shard is to stop, by a failure policy or because parking is no answer
     */
    public void dispatch(Delivery delivery) throws InterruptedException {
        for (Session session : sessions) {
            Offset before = session.offset();
            ChangeBatch batch = session.select(delivery);
            Offset next = session.next(delivery);
            if (!batch.isEmpty() || !next.equals(before)) {
                MDC.put("cdc.target", session.name());
                BatchTries tries = new BatchTries(session, failures, Objects.requireNonNull(shares.get(session)));
                try {
                    retry.run(session, () -> apply(session, tries, batch, before, next));
                    requireRoom(session);
                } finally {
                    MDC.remove("cdc.target");
                }
            }
        }
    }

    /** What is parked is held in memory by its keys. */
    private void requireRoom(Session session) {
        long parked = session.parking().map(ParkingSession::parked).orElse(Map.of()).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        if (parked > failures.limits().parked()) {
            throw TargetGaveUpException.full(
                    session.name(), parked, failures.limits().parked());
        }
    }

    private void apply(Session session, BatchTries tries, ChangeBatch batch, Offset before, Offset next)
            throws InterruptedException {
        long started = System.nanoTime();
        Offset now = session.offset();
        if (now.position().compareTo(before.position()) < 0) { // found out by the session's recover()
            throw new OffsetLostException("target '" + session.name() + "' stands at " + now.position()
                    + " and stood at " + before.position() + " before: was it restored, or did it fail over?");
        }
        if (!isStored(now, before, next)) {
            tries.apply(session.rereads().fill(batch, unchanged), next);
        }
        listener.applied(session, batch, before, session.offset(), Duration.ofNanos(System.nanoTime() - started));
    }

    /**
     * Whether an earlier try, whose outcome was not known, was stored. Then nothing of it may come again: a row read by a load
     * has no position by which it would be left out, and would be put over the changes that followed it.
     */
    private static boolean isStored(Offset now, Offset before, Offset next) {
        return isSamePlace(now, next) && !isSamePlace(before, next);
    }

    /**
     * By place only: a store may write texts in its own form, and a target may note a load as failed where we say succeeded. A
     * load that ends has a new step, so nothing is overlooked.
     */
    private static boolean isSamePlace(Offset a, Offset b) {
        return a.position().equals(b.position()) && a.load().step() == b.load().step();
    }

    /** Whether a target waits for rows of a table to be read. */
    public boolean hasUnread() {
        return sessions.stream()
                .anyMatch(session -> !session.offset().load().unread().isEmpty());
    }

    /** The offset of the target that is furthest behind: an engine may be started from its boundary. */
    public Offset furthestBehind() {
        return Session.furthestBehind(sessions);
    }
}
