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
 * <p>A lease begins when the database writes it, which is after the call began: an owner that counts its time from before the
 * call never believes in a lease that another may take already.
 *
 * <p>Failures: {@link dev.cdcpipeline.failure.TransientFailure} where the same may work later.
 */
public interface LeaseStore {

    /** The lease of a shard as it is now; empty if nobody ever had it. */
    Optional<Lease> find(String pipeline, ShardId shard, String owner);

    /**
     * Takes the lease if it is free, with an epoch one higher than any before, durably. If {@code owner} itself holds it, it is
     * taken anew, with a new epoch. If another holds it, nothing is changed and that lease is returned, with {@code isMine} false.
     * Of several that ask at the same moment one gets it, and the others see that one. To wait for a lease, ask {@link #find}
     * and come here when it is free: this locks and writes.
     *
     * @param owner unique for each process life; for people to read: host, process
     * @param time how long it lasts unless renewed; more than zero
     */
    Lease acquire(String pipeline, ShardId shard, String owner, Duration time);

    /**
     * Prolongs a lease from now on, also one that has expired or was given back while nobody took it.
     *
     * @throws dev.cdcpipeline.failure.FencedException if the lease does not have this epoch any more: it was taken with a newer
     *     one, and the message names the new owner; or the store has lost it (its database was restored from a backup), and the
     *     message says so
     */
    void renew(String pipeline, ShardId shard, Epoch epoch, Duration time);

    /**
     * Gives a lease back, so that another may take it at once; owner and epoch stay known. Changes nothing if it was taken with
     * a newer epoch.
     */
    void release(String pipeline, ShardId shard, Epoch epoch);

    /**
     * Says that an instance of the pipeline is alive, for {@code time} from now on. Instances that have been dead for a day are
     * forgotten.
     *
     * @return how many are alive, this one counted; two that join at the same moment may see each other the next time only
     */
    int join(String pipeline, String owner, Duration time);

    /** Says that an instance is leaving, so that it is not counted any more. */
    void leave(String pipeline, String owner);
}
