package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.testkit.RedisServer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Measures latency of a pipeline into Redis and of one into a database, in turns. */
final class RedisLatencyRounds {
    private final Servers servers;
    private final Settings settings;
    private final Report report;

    RedisLatencyRounds(Servers servers, Settings settings, Report report) {
        this.servers = servers;
        this.settings = settings;
        this.report = report;
    }

    void run() {
        List<Map<Variant, LatencyResult>> rounds = new ArrayList<>();
        try (RedisServer redis = RedisServer.start()) {
            LatencyRounds latency = new LatencyRounds(servers, settings, report);
            for (int round = 1; round <= settings.rounds(); round++) {
                Map<Variant, LatencyResult> results = new EnumMap<>(Variant.class);
                for (Variant variant : List.of(Variant.PIPELINE, Variant.REDIS)) {
                    redis.command("FLUSHALL");
                    results.put(variant, latency.measure(variant, redis.uri()));
                    report.latency(variant, results.get(variant));
                }
                rounds.add(results);
            }
        }
        report.redisLatency(rounds);
    }
}
