package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.monitor.ShardState;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An instance without the lease: it looks for it, and says who has it. */
final class Standby {
    static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    /** Added to what is left of a lease, so that the next look finds it expired. */
    private static final Duration HAIR = Duration.ofMillis(20);

    private final ShardLease lease;
    private final ShardMonitor monitor;
    private volatile @Nullable InstanceShare share;
    private Duration untilNextLook = LOOK_AGAIN;
    private @Nullable Lease last;
    private volatile boolean ownerAlive;

    Standby(ShardLease lease, ShardMonitor monitor) {
        this.lease = lease;
        this.monitor = monitor;
    }

    void shareWith(InstanceShare instances) {
        share = instances;
    }

    /** How long to wait before the next look: until the lease that was found expires, a second at most. */
    Duration untilNextLook() {
        return untilNextLook;
    }

    /**
     * Tries to get the lease.
     *
     * @throws CdcException if the home database cannot be asked
     */
    boolean getLease() {
        InstanceShare instances = share;
        if (instances == null) {
            throw new IllegalStateException("the home watch was not started");
        }
        Optional<Lease> found = lease.tryAcquire(instances);
        ownerAlive = !lease.isHeld() && found.filter(this::isRenewed).isPresent();
        last = found.orElse(null);
        if (lease.isHeld()) {
            return true;
        }
        untilNextLook = found.map(Lease::remaining)
                .filter(remaining -> !remaining.isNegative() && remaining.compareTo(LOOK_AGAIN) < 0)
                .map(remaining -> remaining.plus(HAIR))
                .orElse(LOOK_AGAIN);
        monitor.overcome();
        monitor.to(
                ShardState.STANDBY,
                found.filter(other -> !other.isFree())
                        .map(other -> "'" + other.owner() + "' has the lease")
                        .orElse("the lease is free, left to an instance with fewer shards"));
        return false;
    }

    /** Whether the owner is alive: it has renewed its lease since it was seen to have it. One that was killed does not. */
    private boolean isRenewed(Lease now) {
        Lease before = last;
        boolean sameOwner = before != null && before.epoch().equals(now.epoch());
        return !now.isFree() && sameOwner && (ownerAlive || now.remaining().compareTo(before.remaining()) > 0);
    }

    /** Whether an instance that is known to be alive has the lease. */
    boolean isRunElsewhere() {
        return ownerAlive && !lease.isHeld();
    }

    /** The same, where a home database that cannot be asked is only a reason to look again. */
    boolean getLeaseOrWait() {
        try {
            return getLease();
        } catch (CdcException e) {
            untilNextLook = LOOK_AGAIN;
            monitor.to(ShardState.STANDBY, "the home database cannot be asked for the lease");
            monitor.failed(e.getMessage());
            return false;
        }
    }
}
