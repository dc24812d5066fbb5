package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.monitor.ParkingCounters;
import java.util.concurrent.atomic.LongAdder;

/** What became of the changes that one projection failed at. Thread-safe. */
final class ProjectionLetters {
    final OperationCounts parked = new OperationCounts();
    final OperationCounts discarded = new OperationCounts();
    final OperationCounts replayed = new OperationCounts();
    final OperationCounts failedAgain = new OperationCounts();
    final LongAdder cut = new LongAdder();

    ParkingCounters counters() {
        return new ParkingCounters(parked.sums(), discarded.sums(), replayed.sums(), failedAgain.sums(), cut.sum());
    }
}
