package dev.cdcpipeline.benchmarks;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What one measurement of latency came to: milliseconds from a returned commit to a visible row, and the CPU of the JVM in per
 * cent of a core.
 */
record LatencyResult(double p50, double p95, double p99, double perSecond, double busyCpu, double idleCpu) {
    static final String MARKER = "LATENCY ";

    /** @param nanos one latency for each row, in any order */
    static LatencyResult of(long[] nanos, double perSecond, double busyCpu, double idleCpu) {
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new LatencyResult(
                percentile(sorted, 50), percentile(sorted, 95), percentile(sorted, 99), perSecond, busyCpu, idleCpu);
    }

    private static double percentile(long[] sorted, int percent) {
        return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
    }

    String toLine() {
        return MARKER
                + DoubleStream.of(p50, p95, p99, perSecond, busyCpu, idleCpu)
                        .mapToObj(Double::toString)
                        .collect(Collectors.joining(" "));
    }

    static LatencyResult parse(String line) {
        double[] n = Arrays.stream(line.substring(line.indexOf(MARKER) + MARKER.length())
                        .trim()
                        .split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        return new LatencyResult(n[0], n[1], n[2], n[3], n[4], n[5]);
    }
}
