package dev.cdcpipeline;

import dev.cdcpipeline.monitor.ShardStatus;

/**
 * What an operator can do with one shard, from any process that has built the pipeline, started or not. Orders are stored in the
 * home database before a call returns; the instance that runs the shard follows within about a second, at once if it is this one.
 *
 * <p>Every method throws {@link dev.cdcpipeline.failure.TransientFailure} if the home database cannot be reached now.
 */
public interface ShardOperations {

    /** What this instance knows of the shard. Does no I/O. */
    ShardStatus status();

    /**
     * Lets the shard stand still on every instance, also after restarts of their processes, until {@link #resume()}. Its slot stays
     * and holds WAL back. Returns when the order is stored.
     */
    void pause();

    /** Lets a paused shard go on where it was. */
    void resume();

    /**
     * Asks for a new engine, also of a shard that has failed. Where changes were lost at the source it says that somebody sees to
     * it: a gap that is remembered from before this call is forgotten, and what it left out is to be loaded by a backfill.
     */
    void restart();

    /**
     * Drops the shard's slot at the source and forgets its offsets and dead letters in every target, for good: a later start loads
     * every table anew, and the rows that were parked with it. Data stays in the targets; empty the views first if rows may be deleted at the source meanwhile. The publication stays.
     *
     * @param shardName the shard's name once more, so that nobody does this to the wrong one
     * @throws IllegalArgumentException if that is not its name
     * @throws IllegalStateException if the shard runs, here or elsewhere: pause it, or close the pipeline
     * @throws dev.cdcpipeline.failure.CdcException if source or target cannot be reached; it may be done in part, and can be
     *     done again
     */
    void drop(String shardName);
}
