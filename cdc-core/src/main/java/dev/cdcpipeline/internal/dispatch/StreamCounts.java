package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.monitor.StreamCounters;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens in a shard's stream, over all its engine runs. Thread-safe. */
public final class StreamCounts {
    private final LongAdder transactions = new LongAdder();
    private final LongAdder inPieces = new LongAdder();
    private final LongAdder byHeartbeat = new LongAdder();
    private final LongAdder wentBack = new LongAdder();
    private final LongAdder discarded = new LongAdder();
    private final LongAdder engineStarts = new LongAdder();
    private final Map<Operation, LongAdder> read = new EnumMap<>(Operation.class);
    private final LongAdder skipped = new LongAdder();
    private final LongAdder failures = new LongAdder();

    public StreamCounts() {
        for (Operation operation : Operation.values()) {
            read.put(operation, new LongAdder());
        }
    }

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

    void read(Operation operation) {
        read.get(operation).increment();
    }

    void skipped() {
        skipped.increment();
    }

    public void engineStarted() {
        engineStarts.increment();
    }

    public void failed() {
        failures.increment();
    }

    public StreamCounters snapshot() {
        Map<Operation, Long> byOperation = new EnumMap<>(Operation.class);
        read.forEach((operation, count) -> byOperation.put(operation, count.sum()));
        return new StreamCounters(
                transactions.sum(),
                inPieces.sum(),
                byHeartbeat.sum(),
                wentBack.sum(),
                discarded.sum(),
                engineStarts.sum(),
                byOperation,
                skipped.sum(),
                failures.sum());
    }
}
