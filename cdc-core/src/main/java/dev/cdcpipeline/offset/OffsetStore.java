package dev.cdcpipeline.offset;

import dev.cdcpipeline.control.ControlStore;
import dev.cdcpipeline.deadletter.HomeLetters;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.ShardId;
import java.util.Optional;

/**
 * The pipeline's memory in its home database: who owns each shard, and what is known of its slot. How far a target has come
 * is kept by the target, in the same atomic write as its data.
 *
 * <p>Every method blocks, and must give up within 30 seconds. Safe for use by several shards at once, and by several threads of
 * one: what is known of a slot is written by one of them at a time.
 */
public interface OffsetStore {

    /**
     * Makes or checks the tables. Called once, before anything else.
     *
     * @throws dev.cdcpipeline.failure.CdcException if they are missing or cannot be made, saying how to make them
     */
    void prepare();

    /** Who runs which shard. */
    LeaseStore leases();

    /** What operators have asked for. */
    ControlStore control();

    /** Dead letters of targets that cannot keep them themselves. */
    HomeLetters deadLetters();

    /** What is known of the shard's slot; empty for a shard that never started. */
    Optional<SlotRecord> slot(String pipeline, ShardId shard);

    /**
     * Stores what is known of the slot, durably before it returns.
     *
     * @throws dev.cdcpipeline.failure.FencedException if the shard was claimed with a newer epoch
     */
    void saveSlot(String pipeline, ShardId shard, Epoch epoch, SlotRecord slot);

    /**
     * Forgets what is known of the slot, so that the next start makes a new one.
     *
     * @throws dev.cdcpipeline.failure.FencedException if the shard was claimed with a newer epoch
     */
    void forgetSlot(String pipeline, ShardId shard, Epoch epoch);

    /** How the connection pool of the home database is used; empty where that is not known. Does no I/O. */
    default Optional<PoolUse> pool() {
        return Optional.empty();
    }
}
