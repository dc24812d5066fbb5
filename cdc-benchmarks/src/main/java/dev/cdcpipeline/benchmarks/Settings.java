package dev.cdcpipeline.benchmarks;

import java.util.List;

/**
 * What is measured and for how long, from the system properties {@code bench.*}.
 *
 * @param parts {@code 100} and {@code 1}, drains of a backlog with so many changes per transaction; {@code latency};
 *     {@code letters}, drains beside parked changes; {@code redis}, writes to Redis and drains into it; {@code redis-latency}
 * @param changes size of a backlog
 * @param rounds how often the variants of a drain take turns
 * @param naiveChanges how much of the backlog the naive variant drains
 * @param latencySeconds how long latency is measured, after {@value #WARM_UP_SECONDS} seconds of warming up
 * @param idleSeconds how long the CPU of an idle JVM is measured
 * @param jvmOptions more options for the JVM of each run, separated by blanks
 */
record Settings(
        List<String> parts,
        long changes,
        int rounds,
        long naiveChanges,
        int latencySeconds,
        int idleSeconds,
        List<String> jvmOptions) {

    static final int TRANSACTIONS_PER_SECOND = 500;
    static final int WARM_UP_SECONDS = 10;
    private static final int FEWEST_CHANGES = 20_000;

    static Settings fromProperties() {
        long changes = Math.max(FEWEST_CHANGES, Long.getLong("bench.changes", 1_000_000));
        return new Settings(
                List.of(System.getProperty("bench.parts", "100,1,latency").split(",")),
                changes,
                Integer.getInteger("bench.rounds", 3),
                Math.min(changes, Long.getLong("bench.naiveChanges", 50_000)),
                Integer.getInteger("bench.latencySeconds", 30),
                Integer.getInteger("bench.idleSeconds", 30),
                List.of(System.getProperty("bench.jvmOptions", "").trim().split(" +")).stream()
                        .filter(option -> !option.isEmpty())
                        .toList());
    }
}
