package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A change that was put aside, with its context.
 *
 * @param id its number in the target's store; a larger one came later
 * @param pipeline the pipeline's name
 * @param target the target's name
 * @param projection the one projection that does not have the change
 * @param change shard, table, key, operation, rows, position, transaction, commit time
 * @param keys what it is kept in order by, see {@link LetterKeys}
 * @param state what may become of it
 * @param attempts how often it was tried; 0 if it is parked behind another without having been tried
 * @param error why it failed the last time; empty if it never did
 * @param parkedAt when it was stored
 * @param firstFailedAt when it failed first
 * @param lastFailedAt when it failed the last time
 * @param original the row as it was before somebody edited it; empty if nobody did
 * @param note why it was discarded; empty otherwise
 */
public record DeadLetter(
        long id,
        String pipeline,
        String target,
        String projection,
        LetterChange change,
        Set<String> keys,
        State state,
        int attempts,
        Optional<LetterError> error,
        Instant parkedAt,
        Instant firstFailedAt,
        Instant lastFailedAt,
        Optional<LetterRow> original,
        String note) {

    /** What may become of a dead letter. */
    public enum State {
        /** It can be replayed, edited and discarded; later changes of its keys are parked behind it. */
        PARKED,
        /** It is left out for good, and kept only to be looked at. Nothing waits behind it. */
        DISCARDED
    }

    /** Whether it has not failed itself, but came after one of the same key. */
    public boolean isBehindAnother() {
        return error.isEmpty();
    }

    /** Whether this is the create, and another letter the delete, of one update of a key: they belong together. */
    public boolean isSecondHalfOf(DeadLetter first) {
        ChangeSource one = first.change.source();
        ChangeSource other = change.source();
        return first.change.operation() == Operation.DELETE
                && change.operation() == Operation.CREATE
                && change.previousKey() != null
                && projection.equals(first.projection)
                && keys.containsAll(first.keys)
                && one.table().equals(other.table())
                && one.transactionId() == other.transactionId()
                && one.position().base() == other.position().base()
                && one.position().offset() == other.position().offset()
                && first.id < id;
    }

    /** The shard's name. */
    public String shard() {
        return change.source().shard();
    }

    /** Who has what; never a value of the row. */
    @Override
    public String toString() {
        return "dead letter " + id + " of [" + shard() + "] target '" + target + "' projection '" + projection + "': "
                + change;
    }
}
