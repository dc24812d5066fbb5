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
 * @param failed letters that failed again, or wait behind one that did
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
