package dev.cdcpipeline.monitor;

import java.util.Map;

/**
 * The changes of a shard that projections have failed at.
 *
 * @param open how many are parked, by target and projection, with zeros; as this instance saw it when it last held the lease
 * @param counters what became of them, by target and projection; counts begin with the process
 */
public record ParkingStatus(Map<String, Map<String, Long>> open, Map<String, Map<String, ParkingCounters>> counters) {

    /** How many are parked, of all targets and projections. */
    public long openTotal() {
        return open.values().stream()
                .flatMap(ofTarget -> ofTarget.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }
}
