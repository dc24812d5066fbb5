package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.preflight.Severity;
import dev.cdcpipeline.shard.PostgresShard;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Decides what one shard does, on a thread of its own: stands by until it gets the lease, stands still while it is paused, runs
 * engines otherwise. What happens here never reaches another shard.
 */
public final class ShardSupervisor {
    private static final Logger LOG = LoggerFactory.getLogger(ShardSupervisor.class);

    private final PostgresShard shard;
    private final ShardNames names;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;
    private final ShardLease lease;
    private final Standby standby;
    private final OrderDesk orders;
    private final ShardBackfills backfills;
    private final ShardLetters letters;
    private final ShardPreparation preparation;
    private final EngineCycle engines;
    private final ShardWatch watch;
    private final Thread thread;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Object lock = new Object();
    private boolean busy;
    private boolean started;
    private volatile @Nullable String yielding;
    private volatile boolean givenUp;
    private volatile boolean stopping;

    public ShardSupervisor(PostgresShard shard, PipelineSettings settings) {
        this.shard = shard;
        this.names = ShardNames.of(settings.pipeline(), shard);
        this.settings = settings;
        this.monitor = new ShardMonitor(shard, settings.listener());
        settings.targets().forEach(monitor::expect);
        this.lease = new ShardLease(settings, shard.id(), monitor);
        this.standby = new Standby(lease, monitor);
        this.orders = new OrderDesk(settings, shard.id());
        this.backfills = new ShardBackfills(shard.id(), settings, monitor);
        this.letters = new ShardLetters(shard.id(), settings);
        this.preparation = new ShardPreparation(shard, names, settings, monitor, backfills);
        this.engines = new EngineCycle(shard, names, settings, monitor, preparation, letters);
        this.watch = new ShardWatch(shard, names, settings, monitor, preparation, engines, lease);
        this.thread = new Thread(this::supervise, names.engine());
    }

    public String name() {
        return shard.id().name();
    }

    public PostgresShard shard() {
        return shard;
    }

    public ShardStatus status() {
        return monitor.status();
    }

    /** Up to where every target has applied the source's WAL; -1 before that is known. */
    public long appliedLsn() {
        return monitor.appliedLsn();
    }

    /** Whether another instance, known to be alive, runs the shard. */
    public boolean isRunElsewhere() {
        return monitor.state() == ShardState.STANDBY && standby.isRunElsewhere();
    }

    void shareWith(InstanceShare instances) {
        standby.shareWith(instances);
    }

    /**
     * Checks the source on the calling thread, and changes nothing.
     *
     * @throws CdcException naming the shard, what is wrong, and the remedy
     * @throws InterruptedException if the shard is stopped meanwhile
     */
    public void check() throws InterruptedException {
        onCallersThread(preparation::check);
    }

    /**
     * Does what a first start can fail at, on the calling thread, unless the shard is paused or another instance runs it.
     *
     * @throws CdcException naming the shard, what is wrong, and the remedy
     * @throws InterruptedException if the shard is stopped meanwhile
     */
    public void prepare() throws InterruptedException {
        onCallersThread(() -> {
            readOrders();
            if (!orders.isPaused() && standby.getLease()) {
                try {
                    engines.prepare(lease.epoch().orElseThrow());
                } catch (PreflightException | OffsetLostException e) {
                    if (e instanceof PreflightException refused && refused.severity() != Severity.WAIT) {
                        throw e;
                    }
                    monitor.to(ShardState.RETRYING, monitor.failed(e.getMessage()));
                }
            }
        });
    }

    @FunctionalInterface
    private interface StartStep {
        void run() throws InterruptedException;
    }

    /** A stop waits for the end of it, so that nothing is touched after a close. */
    private void onCallersThread(StartStep step) throws InterruptedException {
        synchronized (lock) {
            if (stopping) {
                throw new InterruptedException("stopped before the start");
            }
            busy = true;
        }
        MDC.put("cdc.pipeline", settings.pipeline());
        MDC.put("cdc.shard", name());
        monitor.to(ShardState.STARTING, "");
        try {
            step.run();
        } catch (RuntimeException e) {
            if (stopping) {
                throw (InterruptedException) new InterruptedException("stopped during the start").initCause(e);
            }
            giveUp(e);
            throw e;
        } finally {
            MDC.remove("cdc.shard");
            MDC.remove("cdc.pipeline");
            boolean ending;
            synchronized (lock) {
                busy = false;
                ending = stopping;
            }
            if (ending) {
                end();
            }
        }
    }

    /** Begins to work, on the shard's own thread. */
    public void launch() {
        synchronized (lock) {
            if (stopping) {
                return;
            }
            started = true;
            thread.start();
            watch.start();
        }
    }

    private void supervise() {
        MDC.put("cdc.pipeline", settings.pipeline());
        MDC.put("cdc.shard", name());
        try {
            while (!stopping) {
                try {
                    turn();
                } catch (RuntimeException | Error e) {
                    if (!stopping) {
                        giveUp(e);
                    }
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("[{}] woken to stop", shard.id());
        } finally {
            watch.close();
            end();
        }
    }

    /** One look at what is to be done, and doing it. */
    private void turn() throws InterruptedException {
        if (givenUp) {
            lease.release("the shard has failed here");
            await(Standby.LOOK_AGAIN);
        } else if (orders.isPaused()) {
            engines.discard();
            lease.release("the shard is paused");
            monitor.overcome();
            monitor.to(ShardState.PAUSED, "by " + orders.pausedBy());
            await(Standby.LOOK_AGAIN);
        } else if (yielding != null) {
            String why = yielding;
            yielding = null;
            engines.discard();
            lease.release(why);
            monitor.to(ShardState.STANDBY, why);
            await(Standby.LOOK_AGAIN);
        } else if (lease.isHeld() || standby.getLeaseOrWait()) {
            run();
        } else {
            await(standby.untilNextLook());
        }
    }

    private void run() {
        Epoch epoch = lease.epoch().orElse(null);
        if (epoch == null) {
            return;
        }
        if (!monitor.state().isRunning()) {
            monitor.begun();
            monitor.to(ShardState.STARTING, "");
        }
        try {
            engines.run(epoch, this::mayRun);
        } catch (FencedException e) {
            String message = monitor.failed(e.getMessage());
            if (lease.isConfirmed()) {
                throw new FencedException(
                        message + "; yet this instance has the lease: was the home database restored from a"
                                + " backup, or does a pipeline of the same name with another home database write here? In the first case"
                                + " set epoch in cdc_lease to the larger number and restart the shard");
            }
            LOG.warn("{}; this instance stands by", message);
        }
    }

    private boolean mayRun() {
        return !stopping && !givenUp && yielding == null && lease.isHeld() && !orders.isPaused();
    }

    private void await(Duration time) throws InterruptedException {
        synchronized (lock) {
            if (!stopping) {
                lock.wait(time.toMillis());
            }
        }
    }

    private void giveUp(Throwable failure) {
        givenUp = true;
        String message = monitor.failed(failure instanceof CdcException ? failure.getMessage() : failure.toString());
        LOG.error("{}; the shard has stopped, others go on", message, failure);
        monitor.to(ShardState.FAILED, message);
    }

    /** Whether this instance has the lease. */
    boolean isOwner() {
        return lease.isHeld();
    }

    /** Whether this shard stands still for good or for long, so that nothing here touches its source or its targets. */
    public boolean isIdle() {
        return switch (monitor.state()) {
            case CREATED, PAUSED, STOPPED, FAILED -> !lease.isHeld();
            default -> false;
        };
    }

    /** Prolongs the lease; without it the shard stops running. */
    void renewLease() {
        try {
            lease.renew();
        } catch (FencedException e) {
            monitor.failed(e.getMessage());
            wake();
            throw e;
        }
    }

    /** Gives the shard to another instance. */
    void yield(String why) {
        yielding = why;
        wake();
    }

    /** Looks for what operators have asked for, and does it. Called once a second, and at once by who asks here. */
    public void readOrders() {
        if (stopping) {
            return;
        }
        int run = engines.runs(); // before the orders are read: what they ask of an earlier run is done
        orders.look(news -> {
            if (news.pauseChanged()) {
                wake();
            }
            if (news.restart()) {
                if (givenUp) {
                    givenUp = false;
                    monitor.to(ShardState.STARTING, "a restart was asked for");
                }
                engines.renew(run, "a restart was asked for");
                engines.endRest(thread);
                wakeWaiting();
            }
            if (!engines.isSnapshotting()
                    && news.orders().backfills().stream().anyMatch(ShardBackfills::isToBeHandled)) {
                engines.renew(run, "a backfill was asked for or is to end");
            } else if (engines.isRunning(run)) {
                backfills.noteDone(news.orders().backfills());
            }
            letters.look(news.orders().letters());
        });
    }

    private void wake() {
        engines.wake(thread);
        wakeWaiting();
    }

    private void wakeWaiting() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    private void end() {
        engines.discard();
        lease.release("closed");
        monitor.to(ShardState.STOPPING, ""); // whoever asked for the stop may not have come to say so yet
        monitor.to(ShardState.STOPPED, "");
        ended.countDown();
    }

    /** Asks the shard to stop; returns at once. */
    public void requestStop() {
        boolean untouched;
        synchronized (lock) {
            if (stopping) {
                return;
            }
            stopping = true;
            untouched = !started && !busy;
            lock.notifyAll();
        }
        monitor.to(ShardState.STOPPING, "");
        watch.close();
        preparation.abort();
        engines.wake(thread);
        if (untouched) {
            // Giving the lease back asks the home database, which a stop must not wait for.
            Thread ending = new Thread(this::end, names.engine() + "-end");
            ending.setDaemon(true);
            ending.start();
        }
    }

    /** Waits for the end after {@link #requestStop}; false if it has not come in time. */
    public boolean awaitEnd(Duration timeout) throws InterruptedException {
        return ended.await(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS);
    }

    /** Makes a batch that waits, for the next try or for its target, fail now. */
    public void abort() {
        engines.abort();
    }

    /** Says that the shard did not stop. */
    public void late() {
        LOG.error(
                "[{}] did not stop in time; slot '{}' may stay active until this process ends",
                shard.id(),
                names.slot());
    }

    boolean isSnapshotting() {
        return engines.isSnapshotting();
    }

    void homeTrouble(@Nullable String trouble) {
        monitor.homeTrouble(trouble);
    }
}
