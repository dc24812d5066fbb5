package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.shard.ShardId;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This instance's hold on one shard. What it believes may be out of date; the epoch in every target is what protects the data.
 * The store is asked under a lock, so that a renewal under way cannot prolong a lease that was just given back; the listener is
 * told outside of it. Thread-safe.
 */
final class ShardLease {
    private final OffsetStore home;
    private final String pipeline;
    private final ShardId shard;
    private final InstanceName instance;
    private final Duration time;
    private final ShardMonitor monitor;
    private volatile @Nullable Epoch epoch;
    private long freeSince = -1;

    ShardLease(PipelineSettings settings, ShardId shard, ShardMonitor monitor) {
        this.home = settings.offsets();
        this.pipeline = settings.pipeline();
        this.shard = shard;
        this.instance = settings.instance();
        this.time = settings.leaseTime();
        this.monitor = monitor;
    }

    boolean isHeld() {
        return epoch != null;
    }

    /** The epoch of the hold; empty without one. */
    Optional<Epoch> epoch() {
        return Optional.ofNullable(epoch);
    }

    /**
     * Takes the lease if it is free and this instance may have it.
     *
     * @param share says whether it may, knowing for how long the lease has been seen free
     * @return the lease as it is afterwards; empty if nobody ever had it and this instance may not
     */
    Optional<Lease> tryAcquire(InstanceShare share) {
        Epoch acquired;
        Optional<Lease> found;
        synchronized (this) {
            Epoch before = epoch;
            found = tryAcquireLocked(share);
            acquired = Objects.equals(before, epoch) ? null : epoch;
        }
        if (acquired != null) {
            monitor.leaseAcquired(acquired);
        }
        return found;
    }

    private Optional<Lease> tryAcquireLocked(InstanceShare share) {
        Optional<Lease> found = home.leases().find(pipeline, shard, instance.text());
        if (found.isPresent() && !found.get().isFree()) {
            freeSince = -1;
            monitor.owner(found.get().owner());
            return found;
        }
        if (freeSince < 0) {
            freeSince = System.nanoTime();
        }
        if (!share.mayTake(Duration.ofNanos(System.nanoTime() - freeSince))) {
            monitor.owner(null);
            return found;
        }
        Lease lease = home.leases().acquire(pipeline, shard, instance.text(), time);
        freeSince = -1;
        monitor.owner(lease.owner());
        if (lease.isMine()) {
            epoch = lease.epoch();
        }
        return Optional.of(lease);
    }

    /**
     * Prolongs the hold, if there is one.
     *
     * @throws FencedException if another has it now; the hold is over
     * @throws CdcException if the home database cannot be asked; the hold goes on
     */
    void renew() {
        if (!isHeld()) {
            return; // without waiting for a look for the lease that is under way
        }
        try {
            synchronized (this) {
                Epoch held = epoch;
                if (held != null) {
                    home.leases().renew(pipeline, shard, held, time);
                }
            }
        } catch (FencedException e) {
            lose(e.getMessage() == null ? "taken by another" : e.getMessage());
            throw e;
        }
    }

    /** Whether the home database says that this instance still has it; a hold that is over is forgotten. */
    boolean isConfirmed() {
        try {
            renew();
            return isHeld();
        } catch (CdcException e) {
            lose(String.valueOf(e.getMessage()));
            return false;
        }
    }

    /** Gives the lease back, so that another may take it at once. Where that fails it expires. */
    void release(String why) {
        Epoch held = epoch;
        if (held == null) {
            return;
        }
        lose(why);
        try {
            synchronized (this) {
                home.leases().release(pipeline, shard, held);
            }
        } catch (CdcException e) {
            monitor.warn("the lease could not be given back and expires within " + time, e);
        }
    }

    private void lose(String why) {
        boolean had;
        synchronized (this) {
            had = epoch != null;
            epoch = null;
        }
        if (had) {
            monitor.leaseLost(why);
        }
    }
}
