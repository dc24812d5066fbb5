package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.shard.ShardId;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps a lease for as long as a piece of work outside of an engine takes, on a thread of its own; then gives it back. */
final class LeaseRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseRenewal.class);
    private static final int RENEWALS_PER_LEASE = 3;

    private final PipelineSettings settings;
    private final ShardId shard;
    private final Epoch epoch;
    private final ScheduledExecutorService timer;

    LeaseRenewal(PipelineSettings settings, ShardId shard, Epoch epoch) {
        this.settings = settings;
        this.shard = shard;
        this.epoch = epoch;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "cdc-" + settings.pipeline() + "-" + shard + "-lease");
            thread.setDaemon(true);
            return thread;
        });
        long period = Math.max(1, settings.leaseTime().toMillis() / RENEWALS_PER_LEASE);
        timer.scheduleWithFixedDelay(this::tryRenew, period, period, TimeUnit.MILLISECONDS);
    }

    /**
     * Makes sure that the lease is held, now.
     *
     * @throws dev.cdcpipeline.failure.FencedException if another has taken it
     * @throws dev.cdcpipeline.failure.TransientFailure if the home database cannot be asked
     */
    synchronized void confirm() {
        settings.offsets().leases().renew(settings.pipeline(), shard, epoch, settings.leaseTime());
    }

    /** Whoever works asks by {@link #confirm} before it counts. */
    private void tryRenew() {
        try {
            confirm();
        } catch (CdcException e) {
            LOG.debug("[{}] the lease cannot be renewed", shard, e);
        }
    }

    /** A lease given back must not be prolonged again. */
    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            settings.offsets().leases().release(settings.pipeline(), shard, epoch);
        }
    }
}
