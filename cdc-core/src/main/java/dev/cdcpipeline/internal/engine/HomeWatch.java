package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The pipeline's eye on its home database, on threads of its own: keeps this instance and its leases alive, gives a shard back
 * when others have fewer, and hands orders to the shards.
 */
public final class HomeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(HomeWatch.class);
    private static final Duration ORDERS_PERIOD = Duration.ofSeconds(1);
    private static final int RENEWALS_PER_LEASE = 3;
    private static final int MAX_THREADS = 8;
    private static final Duration LAST_CALL = Duration.ofSeconds(2);

    private final PipelineSettings settings;
    private final List<ShardSupervisor> shards;
    private final InstanceShare share;
    private final ScheduledExecutorService timer;
    private volatile boolean joined;

    public HomeWatch(PipelineSettings settings, List<ShardSupervisor> shards) {
        this.settings = settings;
        this.shards = shards;
        this.share = new InstanceShare(settings, () ->
                (int) shards.stream().filter(ShardSupervisor::isOwner).count());
        this.timer = Executors.newScheduledThreadPool(Math.min(shards.size() + 2, MAX_THREADS), task -> {
            Thread thread = new Thread(task, "cdc-" + settings.pipeline() + "-home");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Joins the instances that run the pipeline, and begins to watch.
     *
     * @throws CdcException if the home database cannot be asked
     * @throws InterruptedException if it was stopped before or meanwhile
     */
    public void start() throws InterruptedException {
        joined = true;
        share.join();
        shards.forEach(shard -> shard.shareWith(share));
        try {
            schedule();
        } catch (RejectedExecutionException e) {
            throw (InterruptedException) new InterruptedException("stopped during the start").initCause(e);
        }
    }

    /** A task for each lease: one that waits for a lock in the home database must not let the others expire. */
    private void schedule() {
        long renewal = settings.leaseTime().toMillis() / RENEWALS_PER_LEASE;
        every(renewal, this::countInstances);
        shards.forEach(shard -> every(renewal, () -> renew(shard)));
        every(ORDERS_PERIOD.toMillis(), () -> shards.forEach(this::readOrders));
    }

    private void every(long millis, Runnable task) {
        timer.scheduleWithFixedDelay(() -> guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** What leaves a task ends it for good. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("pipeline '{}': the home watch failed; it tries again", settings.pipeline(), e);
        }
    }

    private void countInstances() {
        try {
            share.join();
        } catch (CdcException e) {
            LOG.debug("pipeline '{}': the instances cannot be counted", settings.pipeline(), e);
            return;
        }
        if (share.isTooMany()) {
            giveOneBack();
        }
    }

    private void renew(ShardSupervisor shard) {
        try {
            on(shard, ShardSupervisor::renewLease);
            shard.homeTrouble(null);
        } catch (FencedException e) {
            LOG.debug("{}", e.getMessage());
        } catch (CdcException e) {
            LOG.warn("{}; the shard goes on, its lease may expire", e.getMessage());
            shard.homeTrouble("the lease cannot be renewed: " + e.getMessage());
        }
    }

    /** A snapshot would have to start over elsewhere. */
    private void giveOneBack() {
        for (int i = shards.size() - 1; i >= 0; i--) {
            if (shards.get(i).isOwner() && !shards.get(i).isSnapshotting()) {
                shards.get(i).yield("another instance has fewer shards");
                return;
            }
        }
    }

    private void readOrders(ShardSupervisor shard) {
        try {
            on(shard, ShardSupervisor::readOrders);
        } catch (CdcException e) {
            LOG.debug("{}", e.getMessage());
            shard.homeTrouble("orders cannot be read: " + e.getMessage());
        }
    }

    private void on(ShardSupervisor shard, Consumer<ShardSupervisor> call) {
        MDC.put("cdc.pipeline", settings.pipeline());
        MDC.put("cdc.shard", shard.name());
        try {
            call.accept(shard);
        } finally {
            MDC.remove("cdc.shard");
        }
    }

    /** Stops watching; what is not renewed expires. */
    public void stop() {
        timer.shutdownNow();
    }

    /** Takes leave, after the shards have ended; a home database that does not answer is not waited for. */
    public void close() throws InterruptedException {
        stop();
        if (!joined) {
            return;
        }
        timer.awaitTermination(LAST_CALL.toMillis(), TimeUnit.MILLISECONDS);
        Thread leaving = new Thread(share::leave, "cdc-" + settings.pipeline() + "-leave");
        leaving.setDaemon(true);
        leaving.start();
        leaving.join(LAST_CALL.toMillis());
    }
}
