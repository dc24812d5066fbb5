package dev.cdcpipeline.target;

import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.DeadLetterRetention;
import dev.cdcpipeline.offset.Offset;
import java.util.Map;

/**
 * A session of a target that keeps its dead letters itself, in the same atomic write as rows and offset.
 *
 * <p>What a projection has parked it parks further: {@link #apply} leaves out every change that shares a key with a parked letter
 * of the same projection, and stores it behind, in order. A TRUNCATE that is applied discards the parked letters of its table: what
 * they would write is gone at the source.
 */
public interface ParkingSession extends TargetSession {

    /**
     * As {@link #apply}, for a batch that has failed: finds the changes that fail, asks about each, and applies everything else, in
     * one atomic write. The number of tries grows with the logarithm of the batch for each change that fails. The two halves of an
     * update of a key are not parted.
     *
     * @throws dev.cdcpipeline.failure.FencedException as {@link #apply}
     * @throws dev.cdcpipeline.failure.TransientFailure as {@link #apply}
     * @throws RuntimeException what the judge throws; nothing was written
     */
    void isolate(ChangeBatch batch, Offset upTo, FailureJudge judge);

    /**
     * Applies some parked letters again and removes them, in one atomic write, in the order in which they came. One that fails again
     * stays with another attempt, and so do those behind it. A letter before which another of the same key is still parked, though
     * not meant, stays too.
     *
     * @param after the number at which the step before ended; 0 for the first
     * @param most how many letters to look at
     */
    LetterStep replay(DeadLetterFilter filter, long after, int most);

    /** Marks some parked letters as discarded, so that nothing waits behind them any more. Otherwise as {@link #replay}. */
    LetterStep discard(DeadLetterFilter filter, String reason, long after, int most);

    /** Cuts what is too old or too many; how many letters are gone. At most {@code most} in one step. */
    long cut(DeadLetterRetention retention, int most);

    /** How many changes are parked now, by projection; without those that have none. Does no I/O. */
    Map<String, Long> parked();
}
