package dev.cdcpipeline.control;

import dev.cdcpipeline.backfill.Backfill;
import dev.cdcpipeline.backfill.BackfillRequest;
import dev.cdcpipeline.backfill.BackfillState;
import dev.cdcpipeline.deadletter.LetterOrder;
import dev.cdcpipeline.shard.ShardId;
import java.util.Collection;
import java.util.List;

/**
 * Orders to a pipeline's shards, in its home database: given by any process, durable when the call returns, looked for once a
 * second by the process that runs the shard. Every method blocks, and gives up within 30 seconds. Safe for use by several threads.
 *
 * <p>Failures: {@link dev.cdcpipeline.failure.TransientFailure} where the same may work later.
 */
public interface ControlStore {

    /** What is asked of a shard, in one read: {@link ShardOrders#none()} if nobody ever asked anything. */
    ShardOrders orders(String pipeline, ShardId shard);

    /**
     * Lets a shard stand still, also after a restart of its process, until {@link #resume}. If it is paused already, only the name
     * changes.
     *
     * @param by who asks for it, for people to read
     */
    void pause(String pipeline, ShardId shard, String by);

    /** Lets a paused shard go on; does nothing to one that is not paused. */
    void resume(String pipeline, ShardId shard);

    /** Asks for a new engine. */
    void restart(String pipeline, ShardId shard);

    /**
     * Stores a backfill for each of these shards, as {@link BackfillState#REQUESTED}: for all or for none.
     *
     * @throws IllegalArgumentException if there is a backfill of that id already, in whatever shard, or no shard is given
     */
    void request(String pipeline, Collection<ShardId> shards, BackfillRequest request);

    /**
     * Asks for the end of a backfill in every shard where it has not ended. One that was not begun ends at once.
     *
     * @return in how many shards it had not ended, those that were being cancelled already counted
     */
    int cancel(String pipeline, String backfill);

    /**
     * Notes how far a backfill has come in one shard. One that has ended stays as it is, and one that is being cancelled does not
     * go back to {@link BackfillState#RUNNING}; none goes back to {@link BackfillState#REQUESTED}, and one that does not exist any
     * more is let be. So a cancel that came between wins: {@link #orders} tells what a shard has to do now. The first {@code RUNNING}
     * is when it started, and the first state that {@linkplain BackfillState#hasEnded() ends} it is when it ended.
     *
     * @param note for people to read, may be empty
     */
    void note(String pipeline, ShardId shard, String backfill, BackfillState state, String note);

    /** Every backfill of a pipeline, ended ones too, the newest first. */
    List<Backfill> backfills(String pipeline);

    /**
     * Stores what is to be done with dead letters, one order for each shard and target: all or none. They share an id and are
     * {@link LetterOrder.State#REQUESTED}, from this moment on by the store's clock.
     *
     * @throws IllegalArgumentException if there is an order of that id for one of them already, or none is given
     */
    void requestLetters(String pipeline, Collection<LetterOrder> orders);

    /**
     * Notes how far an order has come in its shard and target: state, numbers, note. One that has ended stays as it is, and one that
     * does not exist any more is let be.
     */
    void noteLetters(String pipeline, LetterOrder order);

    /** What is to be done with dead letters of a shard and has not ended, the oldest first. */
    List<LetterOrder> openLetterOrders(String pipeline, ShardId shard);

    /** Every order about dead letters of a pipeline, ended ones too, the newest first. */
    List<LetterOrder> letterOrders(String pipeline);
}
