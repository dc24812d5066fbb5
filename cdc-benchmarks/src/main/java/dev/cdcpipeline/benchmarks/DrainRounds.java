package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.ForkedJvmBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The variants take turns in draining one backlog. */
final class DrainRounds {
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final Servers servers;
    private final Settings settings;
    private final Report report;

    DrainRounds(Servers servers, Settings settings, Report report) {
        this.servers = servers;
        this.settings = settings;
        this.report = report;
    }

    void run(int perTransaction) throws InterruptedException {
        report.progress(
                "writing a backlog of " + settings.changes() + " changes, " + perTransaction + " per transaction");
        List<Map<Variant, DrainResult>> rounds = new ArrayList<>();
        try (Backlog backlog = Backlog.prepare(servers, settings.changes(), perTransaction)) {
            for (int round = 1; round <= settings.rounds(); round++) {
                Map<Variant, DrainResult> results = new EnumMap<>(Variant.class);
                for (Variant variant : List.of(Variant.NO_OP, Variant.NAIVE, Variant.PIPELINE)) {
                    results.put(variant, drain(backlog, variant, perTransaction, round));
                }
                rounds.add(results);
            }
        }
        report.drained(perTransaction, rounds);
    }

    private DrainResult drain(Backlog backlog, Variant variant, int perTransaction, int round)
            throws InterruptedException {
        long changes = variant == Variant.NAIVE ? settings.naiveChanges() : settings.changes();
        Assignment run = backlog.newRun(variant, changes);
        double load = report.load();
        DrainResult result = drain(run, settings);
        if (variant == Variant.PIPELINE && !backlog.contentsOf(run).equals(backlog.contents())) {
            throw new IllegalStateException("the view differs from its source, the figure does not count: "
                    + backlog.contentsOf(run) + ", source " + backlog.contents());
        }
        backlog.drop(run);
        report.drain(perTransaction, round, variant, changes, result, load);
        return result;
    }

    /** Runs the JVM of a drain. */
    static DrainResult drain(Assignment run, Settings settings) {
        return drain(run.jvm(DrainMain.class, settings));
    }

    /** The same with more that the JVM is told. */
    static DrainResult drain(ForkedJvmBuilder main) {
        try (ForkedJvm jvm = main.start()) {
            DrainResult result = DrainResult.parse(jvm.awaitLine(DrainResult.MARKER, PATIENCE));
            jvm.awaitExit(Duration.ofMinutes(1));
            return result;
        }
    }
}
