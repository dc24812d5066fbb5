package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.lease.LeaseStore;
import java.time.Duration;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many shards this instance may have, so that they spread over all instances of the pipeline: the same number for each,
 * rounded up. One that has its share leaves a free lease to the others for a lease time, and one that has had more for a lease
 * time gives one back; rounding up keeps shards from wandering to and fro. Thread-safe.
 */
final class InstanceShare {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceShare.class);
    /** Renewals in a row that must see too many shards here before one is given back. */
    static final int PATIENCE = 3;

    private final PipelineSettings settings;
    private final IntSupplier held;
    private int instances = 1;
    private int timesTooMany;

    /** @param held how many leases this instance holds now */
    InstanceShare(PipelineSettings settings, IntSupplier held) {
        this.settings = settings;
        this.held = held;
    }

    /**
     * Says that this instance is alive, and counts all that are.
     *
     * @throws CdcException if the home database cannot be asked
     */
    void join() {
        int alive = store().join(settings.pipeline(), settings.instance().text(), settings.leaseTime());
        synchronized (this) {
            instances = Math.max(1, alive);
        }
    }

    void leave() {
        try {
            store().leave(settings.pipeline(), settings.instance().text());
        } catch (CdcException e) {
            LOG.debug("pipeline '{}': this instance could not take its leave", settings.pipeline(), e);
        }
    }

    /** Whether one more may be taken, whose lease has been free for so long. */
    boolean mayTake(Duration free) {
        if (held.getAsInt() < share() || free.compareTo(settings.leaseTime()) >= 0) {
            return true;
        }
        join(); // whoever had it may be gone by now
        return held.getAsInt() < share();
    }

    /** Whether one must be given back; to be asked once for each renewal. */
    synchronized boolean isTooMany() {
        timesTooMany = held.getAsInt() > share() ? timesTooMany + 1 : 0;
        if (timesTooMany < PATIENCE) {
            return false;
        }
        timesTooMany = 0;
        return true;
    }

    private synchronized int share() {
        return (settings.shards() + instances - 1) / instances;
    }

    private LeaseStore store() {
        return settings.offsets().leases();
    }
}
