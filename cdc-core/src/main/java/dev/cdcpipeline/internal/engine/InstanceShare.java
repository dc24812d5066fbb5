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
 * time gives one back; rounding up keeps shards from wandering to and fro. What nobody took when it was given back, because an
 * instance is alive but cannot run it, is kept until an instance comes or goes. Thread-safe.
 */
final class InstanceShare {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceShare.class);
    /** Renewals in a row that must see too many shards here before one is given back. */
    static final int PATIENCE = 3;

    private final PipelineSettings settings;
    private final IntSupplier held;
    private int instances = 1;
    private int timesTooMany;
    private boolean gaveBack;
    /** How many are not too many, because others did not take them; 0 if that was not tried. */
    private int unwanted;

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
            if (alive != instances) {
                gaveBack = false;
                unwanted = 0;
            }
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
        if (held.getAsInt() < share()) {
            return true;
        }
        if (free.compareTo(settings.leaseTime()) >= 0) {
            noteUnwanted();
            return true;
        }
        join(); // whoever had it may be gone by now
        return held.getAsInt() < share();
    }

    private synchronized void noteUnwanted() {
        if (gaveBack) {
            unwanted = Math.max(unwanted, held.getAsInt() + 1);
        }
    }

    /** Whether one must be given back; to be asked once for each renewal. */
    synchronized boolean isTooMany() {
        timesTooMany = held.getAsInt() > Math.max(share(), unwanted) ? timesTooMany + 1 : 0;
        if (timesTooMany < PATIENCE) {
            return false;
        }
        timesTooMany = 0;
        gaveBack = true;
        return true;
    }

    private synchronized int share() {
        return (settings.shards().size() + instances - 1) / instances;
    }

    private LeaseStore store() {
        return settings.offsets().leases();
    }
}
