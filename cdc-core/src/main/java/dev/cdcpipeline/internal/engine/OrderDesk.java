package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.control.ShardOrders;
import dev.cdcpipeline.shard.ShardId;
import java.util.function.Consumer;

/** Where a shard's orders are read, and what was read last. Thread-safe. */
final class OrderDesk {
    /**
     * What a look has brought.
     *
     * @param orders what is asked for now
     * @param pauseChanged whether the shard is to stand still, or to go on, since this look
     * @param restart whether a restart was asked for since the look before
     */
    record News(ShardOrders orders, boolean pauseChanged, boolean restart) {}

    private final PipelineSettings settings;
    private final ShardId shard;
    private final Object reading = new Object();
    private volatile ShardOrders last = ShardOrders.none();
    private long restartsSeen = -1;

    OrderDesk(PipelineSettings settings, ShardId shard) {
        this.settings = settings;
        this.shard = shard;
    }

    /** Reads the orders and hands them on, one reader after another, so that what was read first does not come last. */
    void look(Consumer<News> follow) {
        synchronized (reading) {
            ShardOrders now = settings.offsets().control().orders(settings.pipeline(), shard);
            News news =
                    new News(now, now.paused() != last.paused(), restartsSeen >= 0 && now.restarts() > restartsSeen);
            restartsSeen = now.restarts();
            last = now;
            follow.accept(news);
        }
    }

    boolean isPaused() {
        return last.paused();
    }

    /** Who paused it. */
    String pausedBy() {
        return last.by();
    }
}
