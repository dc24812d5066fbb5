package dev.cdcpipeline.monitor;

import dev.cdcpipeline.change.Operation;
import java.util.Map;

/**
 * What became of the changes that one projection failed at, since the process started. All maps have every operation.
 *
 * @param parked put aside, those behind another of the same key included
 * @param discarded left out for good: by the failure policy, by an operator, or because their table was truncated
 * @param replayed applied after all
 * @param failedAgain tries of a replay that failed
 * @param cut letters that the retention has cut
 */
public record ParkingCounters(
        Map<Operation, Long> parked,
        Map<Operation, Long> discarded,
        Map<Operation, Long> replayed,
        Map<Operation, Long> failedAgain,
        long cut) {}
