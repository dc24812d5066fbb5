package dev.cdcpipeline.deadletter;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Dead letters in the home database, of targets that cannot keep them in the same atomic write as their data. A letter is durable
 * there before the target's offset moves past its change, so that a crash in between may store it for a second time but never lose
 * it; a change of the stream is known by its position, and stored once.
 *
 * <p>Every write carries the epoch of its owner, is durable when it returns, and is there as a whole or not at all; where a method
 * fails by {@link dev.cdcpipeline.failure.TransientFailure} it may have been stored. Safe for use by several shards at once; the
 * methods with an owner are called by one thread of it.
 *
 * <p>All methods with an owner that write throw {@link dev.cdcpipeline.failure.FencedException} if the shard was claimed with a
 * newer epoch: nothing was stored then.
 */
public interface HomeLetters extends DeadLetterStore {

    /** How many parked letters there are of each key, by projection. */
    Map<String, Map<String, Integer>> parkedKeys(LetterOwner owner);

    /**
     * Stores letters, in their order, but for changes of the stream that are stored already, parked or discarded.
     *
     * @return those that were not there
     */
    List<NewLetter> park(LetterOwner owner, List<NewLetter> letters);

    /**
     * Those of some parked letters before which another one is parked that shares a key with it, or is a TRUNCATE of its table, and
     * is not one of them, of whichever projection.
     */
    Set<Long> waiting(LetterOwner owner, Collection<Long> ids);

    /** Removes letters that were applied. */
    void remove(LetterOwner owner, Collection<Long> ids);

    /** Counts another attempt of each, and keeps its error. */
    void failedAgain(LetterOwner owner, Map<Long, LetterError> errors);

    /** Marks parked letters as left out for good. */
    void discard(LetterOwner owner, Collection<Long> ids, String reason);

    /**
     * Removes what is too old or too many: a parked letter only together with all that wait with it, the oldest first.
     *
     * @param most how many; more if that many wait for one row
     * @return how many are gone, by projection
     */
    Map<String, Long> cut(LetterOwner owner, DeadLetterRetention retention, int most);

    /** Removes all, parked and discarded, of a shard that is dropped. */
    void forget(LetterOwner owner);
}
