package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.monitor.StreamCounters;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens in a shard's stream, over all its engine runs. Thread-safe. */
public final class StreamCounts {
    private final LongAdder transactions = new LongAdder();
    private final LongAdder inPieces = new LongAdder();
    private final LongAdder byHeartbeat = new LongAdder();
    private final LongAdder wentBack = new LongAdder();
    private final LongAdder discarded = new LongAdder();
    private final LongAdder engineStarts = new LongAdder();

    void completed(boolean completedByHeartbeat, boolean wasInPieces) {
        transactions.increment();
        if (completedByHeartbeat) {
            byHeartbeat.increment();
        }
        if (wasInPieces) {
            inPieces.increment();
        }
    }

    void wentBack(int discardedChanges) {
        wentBack.increment();
        discarded.add(discardedChanges);
    }

    public void engineStarted() {
        engineStarts.increment();
    }

    public StreamCounters snapshot() {
        return new StreamCounters(
                transactions.sum(),
                inPieces.sum(),
                byHeartbeat.sum(),
                wentBack.sum(),
                discarded.sum(),
                engineStarts.sum());
    }
}
