package dev.cdcpipeline.lease;

import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import java.util.Optional;

/**
 * Who runs which shard, in the pipeline's home database, by that database's clock: the clocks of the instances do not matter.
 *
 * <p>A lease keeps two instances from working on one shard at the same time. What makes it safe is the epoch: it grows with
 * each acquisition and is claimed in every target before an offset is read, so that an instance that lost its lease without
 * noticing (paused, cut off) cannot write. Every method blocks, and gives up within 30 seconds. Safe for use by several threads.
 *
 * <p>Failures: {@link dev.cdcpipeline.failure.TransientFailure} where the same may work later.
 */
public interface LeaseStore {

    /** The lease of a shard as it is now; empty if nobody ever had it. */
    Optional<Lease> find(String pipeline, ShardId shard, String owner);

    /**
     * Takes the lease if it is free, with an epoch one higher than any before, durably. If {@code owner} itself holds it, it is
     * taken anew, with a new epoch. If another holds it, nothing is changed and that lease is returned.
     *
     * @param owner unique for each process life; for people to read: host, process
     * @param time how long it lasts unless renewed
     */
    Lease acquire(String pipeline, ShardId shard, String owner, Duration time);

    /**
     * Prolongs a lease from now on, also one that has expired while nobody took it.
     *
     * @throws dev.cdcpipeline.failure.FencedException if it was taken with a newer epoch; the message names the new owner
     */
    void renew(String pipeline, ShardId shard, Epoch epoch, Duration time);

    /** Gives a lease back, so that another may take it at once. Changes nothing if it was taken with a newer epoch. */
    void release(String pipeline, ShardId shard, Epoch epoch);

    /**
     * Says that an instance of the pipeline is alive, for {@code time} from now on.
     *
     * @return how many are alive, this one counted
     */
    int join(String pipeline, String owner, Duration time);

    /** Says that an instance is leaving. */
    void leave(String pipeline, String owner);
}
