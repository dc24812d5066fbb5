package dev.cdcpipeline.benchmarks;

import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Says what is going on, and at the end everything as tables of docs/performance.md. A missed floor is said, no more. */
final class Report {
    private static final double FLOOR_OF_NAIVE = 6;
    private static final double FLOOR_BESIDE_LETTERS = 0.8;
    private static final double FLOOR_OF_SETS = 10;
    private static final double MOST_MILLIS = 15;
    private static final double MOST_IDLE_PERCENT = 12;

    private final String environment;
    private final List<String> runs = new ArrayList<>();
    private final List<String> ratios = new ArrayList<>();
    private final List<String> latencies = new ArrayList<>();
    private final List<String> writes = new ArrayList<>();
    private final List<String> letters = new ArrayList<>();
    private final List<String> floors = new ArrayList<>();

    Report(Servers servers, Settings settings) {
        environment = String.format(
                "%s: %d cores, %s %s %s, PostgreSQL %s, %s",
                Instant.now(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("java.vm.name"),
                System.getProperty("java.version"),
                servers.source().queryString("postgres", "show server_version"),
                settings);
        progress(environment);
    }

    double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    void progress(String line) {
        System.out.println(line);
    }

    void drain(int perTransaction, int round, Variant variant, long changes, DrainResult result, double load) {
        add(
                runs,
                "| %d | %d | %s | %,d | %,.0f | %,.0f | %.1f | %.1f |",
                perTransaction,
                round,
                variant.title(),
                changes,
                result.whole(),
                result.secondHalf(),
                result.cpuMicros(),
                load);
    }

    /** Naive is compared by its second half: it drains less, so that a larger part of it would be a cold JVM. */
    void drained(int perTransaction, List<Map<Variant, DrainResult>> rounds) {
        double floor = perTransaction == 1 ? 0.6 : 0.75;
        ratio(
                perTransaction,
                "no-op engine, whole run",
                floor,
                rounds,
                round -> pipeline(round) / round.get(Variant.NO_OP).whole());
        ratio(
                perTransaction,
                "naive upsert, its second half",
                FLOOR_OF_NAIVE,
                rounds,
                round -> pipeline(round) / round.get(Variant.NAIVE).secondHalf());
    }

    void redisDrained(int perTransaction, List<Map<Variant, DrainResult>> rounds) {
        ratio(
                perTransaction,
                "no-op engine, whole run, Redis",
                1,
                rounds,
                round -> round.get(Variant.REDIS).whole()
                        / round.get(Variant.NO_OP).whole());
    }

    /** @param ours and theirs by round */
    void wrote(List<WriteResult> ours, List<WriteResult> theirs, double load) {
        double[] ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = ours.get(i).perSecond() / theirs.get(i).perSecond();
            write(i + 1, "RedisTarget", ours.get(i), ratios[i], load);
            write(i + 1, "SET or DEL for each change", theirs.get(i), 1, load);
        }
        Arrays.sort(ratios);
        double median = median(ratios);
        floor("RedisTarget / SET for each change", "at least", FLOOR_OF_SETS, median, median >= FLOOR_OF_SETS);
    }

    private void write(int round, String who, WriteResult result, double ratio, double load) {
        add(
                writes,
                "| %d | %s | %,.0f | %.1f | %.1f | %.1f | %.1f |",
                round,
                who,
                result.perSecond(),
                ratio,
                result.cpuMicros(),
                result.serverMicros(),
                load);
    }

    void redisLatency(List<Map<Variant, LatencyResult>> rounds) {
        double[] sorted = rounds.stream()
                .mapToDouble(round -> round.get(Variant.REDIS).p50()
                        / round.get(Variant.PIPELINE).p50())
                .sorted()
                .toArray();
        double median = median(sorted);
        floor("p50 of latency, Redis / JDBC", "at most", 1, median, median <= 1);
    }

    private static double pipeline(Map<Variant, DrainResult> round) {
        return round.get(Variant.PIPELINE).whole();
    }

    private void ratio(
            int perTransaction,
            String peer,
            double floor,
            List<Map<Variant, DrainResult>> rounds,
            ToDoubleFunction<Map<Variant, DrainResult>> ratio) {
        double[] sorted = rounds.stream().mapToDouble(ratio).sorted().toArray();
        double median = median(sorted);
        String each = rounds.stream()
                .map(round -> String.format(Locale.ROOT, "%.2f", ratio.applyAsDouble(round)))
                .collect(Collectors.joining(", "));
        add(ratios, "| %d | %s | %s | %.2f |", perTransaction, peer, each, median);
        floor(perTransaction + " per transaction, pipeline / " + peer, "at least", floor, median, median >= floor);
    }

    void latency(Variant variant, LatencyResult result) {
        add(
                latencies,
                "| %s | %.1f | %.1f | %.1f | %.0f | %.0f %% | %.1f %% |",
                variant == Variant.NAIVE ? "engine with defaults, naive upsert" : variant.title(),
                result.p50(),
                result.p95(),
                result.p99(),
                result.perSecond(),
                result.busyCpu(),
                result.idleCpu());
        if (variant == Variant.PIPELINE) {
            floor("p50 of latency, ms", "at most", MOST_MILLIS, result.p50(), result.p50() <= MOST_MILLIS);
            floor(
                    "idle shard, % of a core",
                    "under", MOST_IDLE_PERCENT, result.idleCpu(), result.idleCpu() < MOST_IDLE_PERCENT);
        }
    }

    void letters(int round, Parked parked, DrainResult result, double load) {
        add(
                letters,
                "| %d | %s | %,.0f | %,.0f | %.1f | %.1f | %.1f |",
                round,
                parked.title(),
                result.whole(),
                result.secondHalf(),
                result.cpuMicros(),
                result.heapMegabytes(),
                load);
    }

    void lettersDrained(List<Map<Parked, DrainResult>> rounds) {
        for (Parked parked : List.of(Parked.AWAY, Parked.HIT)) {
            double[] sorted = rounds.stream()
                    .mapToDouble(round ->
                            round.get(parked).whole() / round.get(Parked.NONE).whole())
                    .sorted()
                    .toArray();
            double median = median(sorted);
            floor(
                    parked.title() + " / " + Parked.NONE.title(),
                    "at least",
                    FLOOR_BESIDE_LETTERS,
                    median,
                    median >= FLOOR_BESIDE_LETTERS);
        }
    }

    private static double median(double[] sorted) {
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }

    private void floor(String what, String relation, double floor, double measured, boolean met) {
        floors.add(String.format(
                Locale.ROOT,
                "| %s | %s %s | %.2f | %s |",
                what,
                relation,
                floor % 1 == 0 ? Long.toString((long) floor) : Double.toString(floor),
                measured,
                met ? "met" : "MISSED"));
    }

    private void add(List<String> table, String format, Object... values) {
        String line = String.format(Locale.ROOT, format, values);
        table.add(line);
        progress(line);
    }

    void print() {
        progress("\n" + environment + "\n");
        table(
                "| per transaction | round | variant | changes | changes/s, whole run | second half | JVM CPU µs/change | load before |",
                runs);
        table("| per transaction | pipeline compared with | ratio by round | median |", ratios);
        table("| commit to visible | p50 ms | p95 ms | p99 ms | transactions/s | CPU then | idle CPU |", latencies);
        table(
                "| round | writer of Redis | changes/s | ratio | JVM CPU µs/change | Redis CPU µs/change | load before |",
                writes);
        table(
                "| round | parked | changes/s, whole run | second half | JVM CPU µs/change | heap after GC, MB | load before |",
                letters);
        table("| floor | wanted | measured | |", floors);
    }

    private void table(String head, List<String> lines) {
        if (!lines.isEmpty()) {
            progress(head);
            progress("|"
                    + "---|".repeat((int) head.chars().filter(c -> c == '|').count() - 1));
            lines.forEach(this::progress);
            progress("");
        }
    }
}
