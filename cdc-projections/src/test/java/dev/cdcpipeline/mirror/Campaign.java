package dev.cdcpipeline.mirror;

import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.mirror.FaultPlan.Planned;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Two shards under random traffic, with one fault after the other, and everything compared: the log of each shard with what its
 * server says was committed, change by change; pairs of rows all the time; the views with the sources; slots with offsets.
 */
final class Campaign implements AutoCloseable {
    static final int LEASE_MILLIS = 2000;

    private static final List<String> SHARDS = List.of("db0", "db1");
    private static final Duration BETWEEN_COMMITS = Duration.ofMillis(150);
    private static final int WRITERS = 3;

    private final CampaignServers servers = new CampaignServers();
    private final Mirror mirror;
    private final Map<String, Reference> references = new LinkedHashMap<>();
    private final Instances instances;
    private final List<Traffic> traffic;
    private final PairReader pairs;
    private final FaultInjection injection;
    private final FaultPlan plan;
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private long compared;

    /** Starts everything, and loads the empty tables. */
    Campaign(long seed, int instances) {
        mirror = new Mirror(servers.source(), servers.readModel(), SHARDS.toArray(String[]::new))
                .behindNetworks()
                .with("lease", LEASE_MILLIS)
                .with("batchSize", 17)
                .with("maxTransactionRows", 5000);
        mirror.startLoaded().kill9();
        SHARDS.forEach(shard -> references.put(shard, Reference.of(mirror.source(shard))));
        this.instances = new Instances(mirror::jvm, instances);
        traffic = List.of(
                Traffic.wild(mirror.source(SHARDS.get(0)), seed, WRITERS, BETWEEN_COMMITS),
                Traffic.wild(mirror.source(SHARDS.get(1)), seed + 1, WRITERS, BETWEEN_COMMITS));
        pairs = new PairReader(mirror.readModel());
        injection = new FaultInjection(servers, mirror, this.instances);
        plan = new FaultPlan(seed, instances);
    }

    /** Does the next fault, tells it, and checks what can be checked meanwhile. */
    void nextFault(Consumer<Planned> listener) {
        Planned next = plan.next();
        LockSupport.parkNanos(next.calm().toNanos());
        instances.restartRefused();
        Map<String, Long> committed = mirror.committedNow();
        listener.accept(next);
        injection.inject(next);
        faults.merge(next.fault(), 1, Integer::sum);
        if (next.settles()) {
            awaitApplied(committed);
        }
        traffic.forEach(Traffic::assertEveryoneWrites);
        pairs.assertNothingTorn();
        mirror.assertSlotsNotAhead();
    }

    private void awaitApplied(Map<String, Long> committed) {
        try {
            await().atMost(Mirror.PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
                instances.restartRefused();
                return mirror.hasApplied(committed);
            });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "not applied within " + Mirror.PATIENCE + " what was committed before the fault; states:\n"
                            + instances.states(),
                    e);
        }
    }

    /** Compares the logs so far with what was committed, while everything goes on. */
    void compareLogs() {
        references.forEach((shard, reference) -> {
            compared += reference.assertAppliedInOrder(mirror, shard);
            reference.forgetCompared(mirror, shard);
        });
    }

    /** Lets the writers pause, waits until everything is applied, and compares everything. */
    void compareAll() {
        traffic.forEach(Traffic::pause);
        awaitApplied(mirror.committedNow());
        mirror.assertNothingAppliedTwice();
        compareLogs();
        references.forEach((shard, reference) -> reference.assertAppliedExactly(mirror, shard));
        mirror.assertViewsEqualSources();
        pairs.assertNothingTorn();
        mirror.assertSlotsNotAhead();
        traffic.forEach(Traffic::resume);
    }

    /** How often each fault has been done. */
    Map<Fault, Integer> faults() {
        return faults;
    }

    /** Transactions, changes and faults so far; after a comparison without an error. */
    String summary() {
        long transactions = traffic.stream().mapToLong(Traffic::committed).sum();
        return transactions + " transactions committed, " + compared
                + " changes compared, 0 lost, 0 doubled, 0 torn in "
                + pairs.looks() + " looks; " + total() + " faults: "
                + faults.entrySet().stream()
                        .map(entry -> entry.getValue() + " " + entry.getKey().text)
                        .collect(Collectors.joining(", "));
    }

    int total() {
        return faults.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Ends the JVMs and servers, and copies what they leave behind to a directory, so that it can be looked at. */
    Path keepTraces() {
        instances.close();
        try {
            Path directory = Files.createTempDirectory("crash-campaign-");
            instances.writeOutputs(directory);
            servers.stopAndCopyTo(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("the traces of the campaign cannot be kept", e);
        }
    }

    /** Ends everything; a writer that had failed is an error. */
    @Override
    public void close() {
        try (servers;
                instances;
                pairs) {
            mirror.closeNetworks();
            traffic.forEach(Traffic::close);
        }
    }
}
