package dev.cdcpipeline.benchmarks;

/**
 * Measures the library beside a bare Debezium engine, in one run: throughput as ratios, and latency. What and how is in
 * docs/performance.md. Ends well whatever the figures are: timing decides no test.
 */
public final class BenchmarkMain {

    private BenchmarkMain() {}

    public static void main(String[] args) throws InterruptedException {
        Settings settings = Settings.fromProperties();
        try (Servers servers = Servers.start()) {
            Report report = new Report(servers, settings);
            for (String part : settings.parts()) {
                if (part.equals("latency")) {
                    new LatencyRounds(servers, settings, report).run();
                } else if (part.equals("redis")) {
                    new RedisRounds(servers, settings, report).run();
                } else if (part.equals("redis-latency")) {
                    new RedisLatencyRounds(servers, settings, report).run();
                } else if (part.equals("letters")) {
                    new LetterRounds(servers, settings, report).run();
                } else {
                    new DrainRounds(servers, settings, report).run(Integer.parseInt(part));
                }
            }
            report.print();
        }
    }
}
