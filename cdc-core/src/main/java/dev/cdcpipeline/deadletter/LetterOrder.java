package dev.cdcpipeline.deadletter;

import java.time.Instant;
import java.util.Optional;

/**
 * What somebody has asked to be done with dead letters, in one shard and one target.
 *
 * @param id names the order, unique in its pipeline
 * @param shard the shard's name
 * @param filter which letters; its target is set
 * @param action what to do
 * @param reason for a {@link Action#DISCARD}; empty for a replay
 * @param state how far it has come
 * @param done letters that were replayed or discarded
 * @param failed letters that failed again, or stay because one before them does; counted anew by an engine that goes on with it
 * @param note for people to read, may be empty
 * @param requestedAt when it was asked for, by the home database's clock
 * @param endedAt when it ended; empty if it has not
 */
public record LetterOrder(
        String id,
        String shard,
        DeadLetterFilter filter,
        Action action,
        String reason,
        State state,
        long done,
        long failed,
        String note,
        Instant requestedAt,
        Optional<Instant> endedAt) {

    /** One that nobody has begun. When it was asked for is the store's to say. */
    public static LetterOrder requested(
            String id, String shard, DeadLetterFilter filter, Action action, String reason) {
        return new LetterOrder(
                id, shard, filter, action, reason, State.REQUESTED, 0, 0, "", Instant.EPOCH, Optional.empty());
    }

    public LetterOrder {
        if (filter.target().isEmpty()) {
            throw new IllegalArgumentException("an order about dead letters is for one target: name it in its filter");
        }
    }

    /** The target's name. */
    public String target() {
        return filter.target().orElseThrow();
    }

    /** The same order, so far. */
    public LetterOrder progressed(long nowDone, long nowFailed) {
        return new LetterOrder(
                id, shard, filter, action, reason, state, nowDone, nowFailed, note, requestedAt, endedAt);
    }

    /** The same order, ended. When is the store's to say. */
    public LetterOrder ended(State as, String why) {
        return new LetterOrder(id, shard, filter, action, reason, as, done, failed, why, requestedAt, endedAt);
    }

    /** What to do with letters. */
    public enum Action {
        REPLAY,
        DISCARD
    }

    /** How far an order has come. A crash in the middle repeats what was not done. */
    public enum State {
        REQUESTED,
        DONE,
        REFUSED;

        /** Whether nothing more will happen. */
        public boolean hasEnded() {
            return this != REQUESTED;
        }
    }
}
