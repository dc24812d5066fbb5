package dev.cdcpipeline.benchmarks;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Drains one backlog beside no dead letter and beside many, in turns. */
final class LetterRounds {
    private final Servers servers;
    private final Settings settings;
    private final Report report;

    LetterRounds(Servers servers, Settings settings, Report report) {
        this.servers = servers;
        this.settings = settings;
        this.report = report;
    }

    void run() throws InterruptedException {
        report.progress("parking changes of " + 2 * ParkedBacklog.ROWS + " rows, and writing a backlog of "
                + settings.changes() + " changes, 100 per transaction");
        List<Map<Parked, DrainResult>> rounds = new ArrayList<>();
        try (ParkedBacklog backlog = ParkedBacklog.prepare(servers, settings.changes())) {
            for (int round = 1; round <= settings.rounds(); round++) {
                Map<Parked, DrainResult> results = new EnumMap<>(Parked.class);
                for (Parked parked : Parked.values()) {
                    results.put(parked, drain(backlog, parked, round));
                }
                rounds.add(results);
            }
        }
        report.lettersDrained(rounds);
    }

    private DrainResult drain(ParkedBacklog backlog, Parked parked, int round) throws InterruptedException {
        Assignment run = backlog.newRun(parked, settings.changes());
        double load = report.load();
        DrainResult result = DrainRounds.drain(run, settings);
        backlog.check(parked, run, settings.changes());
        backlog.drop(run);
        report.letters(round, parked, result, load);
        return result;
    }
}
