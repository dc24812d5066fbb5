package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Writes captured changes to Redis beside a SET for each, and drains a backlog into it beside an engine that only counts. */
final class RedisRounds {
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final int PER_TRANSACTION = 100;
    private static final long MOST_CAPTURED = 200_000;

    private final Servers servers;
    private final Settings settings;
    private final Report report;

    RedisRounds(Servers servers, Settings settings, Report report) {
        this.servers = servers;
        this.settings = settings;
        this.report = report;
    }

    void run() throws InterruptedException {
        report.progress("Redis: writing a backlog of " + settings.changes() + " changes");
        try (Backlog backlog = Backlog.prepare(servers, settings.changes(), PER_TRANSACTION);
                RedisServer redis = RedisServer.start()) {
            write(backlog, redis);
            List<Map<Variant, DrainResult>> rounds = new ArrayList<>();
            for (int round = 1; round <= settings.rounds(); round++) {
                Map<Variant, DrainResult> results = new EnumMap<>(Variant.class);
                for (Variant variant : List.of(Variant.NO_OP, Variant.REDIS)) {
                    results.put(variant, drain(backlog, redis, variant, round));
                }
                rounds.add(results);
            }
            report.redisDrained(PER_TRANSACTION, rounds);
        }
    }

    private void write(Backlog backlog, RedisServer redis) throws InterruptedException {
        Assignment run = backlog.newRun(Variant.REDIS, Math.min(MOST_CAPTURED, settings.changes()));
        double load = report.load();
        try (ForkedJvm jvm = run.jvm(RedisWriteMain.class, settings)
                .property(OrderCache.URI_PROPERTY, redis.uri())
                .property("bench.run.rounds", Integer.toString(settings.rounds()))
                .property("bench.run.naiveChanges", Long.toString(settings.naiveChanges()))
                .start()) {
            if (jvm.awaitExit(PATIENCE) != 0) {
                throw new IllegalStateException("the JVM that writes to Redis failed: " + jvm.output());
            }
            report.wrote(results(jvm, Variant.REDIS), results(jvm, Variant.NAIVE), load);
        }
        backlog.drop(run);
    }

    private static List<WriteResult> results(ForkedJvm jvm, Variant variant) {
        return jvm.output().stream()
                .filter(line -> WriteResult.isOf(variant, line))
                .map(WriteResult::parse)
                .toList();
    }

    private DrainResult drain(Backlog backlog, RedisServer redis, Variant variant, int round)
            throws InterruptedException {
        redis.command("FLUSHALL");
        Assignment run = backlog.newRun(variant, settings.changes());
        double load = report.load();
        DrainResult result =
                DrainRounds.drain(run.jvm(DrainMain.class, settings).property(OrderCache.URI_PROPERTY, redis.uri()));
        if (variant == Variant.REDIS) {
            OrderCache.requireSameContents(servers.source(), run.database(), redis.uri());
        }
        backlog.drop(run);
        report.drain(PER_TRANSACTION, round, variant, settings.changes(), result, load);
        return result;
    }
}
