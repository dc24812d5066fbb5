package dev.cdcpipeline.benchmarks;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.time.Duration;
import java.util.Locale;

/** Measures latency, of the pipeline and of a bare engine with default settings and naive upserts. */
final class LatencyRounds {
    private static final Duration MARGIN = Duration.ofMinutes(3);

    private final Servers servers;
    private final Settings settings;
    private final Report report;

    LatencyRounds(Servers servers, Settings settings, Report report) {
        this.servers = servers;
        this.settings = settings;
        this.report = report;
    }

    void run() {
        report.latency(Variant.NAIVE, measure(Variant.NAIVE, ""));
        report.latency(Variant.PIPELINE, measure(Variant.PIPELINE, ""));
    }

    /** @param redis where Redis is, if the variant writes to it */
    LatencyResult measure(Variant variant, String redis) {
        int seconds = Settings.WARM_UP_SECONDS + settings.latencySeconds();
        report.progress("latency of " + variant.title() + ", " + (seconds + settings.idleSeconds()) + " s, load "
                + report.load());
        String database = "latency_" + variant.name().toLowerCase(Locale.ROOT);
        Servers.createOrders(servers.source(), database);
        Servers.createOrders(servers.target(), database);
        if (variant == Variant.NAIVE) {
            servers.source()
                    .execute(
                            database,
                            "create publication " + Assignment.PUBLICATION + " for table orders",
                            "select pg_create_logical_replication_slot('" + database + "', 'pgoutput')");
        }
        servers.checkpoint();
        Assignment run = Assignment.of(
                variant, (long) seconds * Settings.TRANSACTIONS_PER_SECOND, servers, database, database, database);
        LatencyResult result;
        try (ForkedJvm jvm = run.jvm(LatencyMain.class, settings)
                .property(OrderCache.URI_PROPERTY, redis)
                .property("bench.run.idleSeconds", Integer.toString(settings.idleSeconds()))
                .start()) {
            result = LatencyResult.parse(
                    jvm.awaitLine(LatencyResult.MARKER, MARGIN.plusSeconds(seconds + settings.idleSeconds())));
        }
        if (variant == Variant.REDIS) {
            OrderCache.requireSameContents(servers.source(), database, redis);
        } else {
            requireSameContents(database);
        }
        servers.source().dropDatabase(database);
        servers.target().dropDatabase(database);
        return result;
    }

    private void requireSameContents(String database) {
        String expected = Servers.contents(servers.source(), database);
        String actual = Servers.contents(servers.target(), database);
        if (!expected.equals(actual)) {
            throw new IllegalStateException("the view differs from its source: " + actual + ", source " + expected);
        }
    }
}
