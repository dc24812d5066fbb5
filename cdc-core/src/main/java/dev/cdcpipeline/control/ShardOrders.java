package dev.cdcpipeline.control;

import dev.cdcpipeline.backfill.Backfill;
import java.util.List;

/**
 * What is asked of a shard and not done yet.
 *
 * @param paused whether it is to stand still until it is resumed
 * @param by who paused it, for people to read; empty if it is not paused
 * @param restarts how often a restart was asked for, ever: a number that grew is a new request
 * @param backfills backfills that have not ended, the oldest first
 * @param letters whether something is to be done with dead letters: {@link ControlStore#openLetterOrders} tells what
 */
public record ShardOrders(boolean paused, String by, long restarts, List<Backfill> backfills, boolean letters) {

    private static final ShardOrders NONE = new ShardOrders(false, "", 0, List.of(), false);

    public ShardOrders {
        backfills = List.copyOf(backfills);
    }

    /** Nothing. */
    public static ShardOrders none() {
        return NONE;
    }
}
