package dev.cdcpipeline.mirror;

import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.mirror.FaultPlan.Planned;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Two shards under random traffic, with one fault after the other, and everything compared: the log of each shard with what its
 * server says was committed, change by change; pairs of rows all the time; the views with the sources; slots with offsets.
 */
final class Campaign implements AutoCloseable {
    private static final List<String> SHARDS = List.of("db0", "db1");
    private static final Duration BETWEEN_COMMITS = Duration.ofMillis(150);
    private static final int WRITERS = 3;
    private static final String KILL_WALSENDER =
            "select count(pg_terminate_backend(active_pid)) from pg_replication_slots"
                    + " where plugin = 'pgoutput' and database = current_database() and active_pid is not null";

    private final PostgresSource sourceServer;
    private final PostgresSource readModelServer;
    private final Mirror mirror;
    private final Map<String, Reference> references = new LinkedHashMap<>();
    private final Instances instances;
    private final List<Traffic> traffic;
    private final PairReader pairs;
    private final FaultPlan plan;
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private long compared;

    /**
     * Starts everything, and loads the empty tables.
     *
     * @param directory where the servers keep their data, so that they can be looked at when all is over
     */
    Campaign(long seed, int instances, Path directory) {
        sourceServer = PostgresSource.builder()
                .embedded()
                .dataDirectory(directory.resolve("source"))
                .setting("wal_sender_timeout", "8s")
                .start();
        readModelServer = PostgresSource.builder()
                .embedded()
                .dataDirectory(directory.resolve("read-model"))
                .start();
        mirror = new Mirror(sourceServer, readModelServer, SHARDS.toArray(String[]::new))
                .behindNetworks()
                .with("batchSize", 17)
                .with("maxTransactionRows", 5000);
        mirror.startLoaded().kill9();
        SHARDS.forEach(shard -> references.put(shard, Reference.of(mirror.source(shard))));
        this.instances = new Instances(mirror, instances);
        traffic = List.of(
                Traffic.wild(mirror.source(SHARDS.get(0)), seed, WRITERS, BETWEEN_COMMITS),
                Traffic.wild(mirror.source(SHARDS.get(1)), seed + 1, WRITERS, BETWEEN_COMMITS));
        pairs = new PairReader(mirror.readModel());
        plan = new FaultPlan(seed, instances);
    }

    /** Does the next fault, tells it, and checks what can be checked meanwhile. */
    void nextFault(Consumer<Planned> listener) {
        Planned next = plan.next();
        LockSupport.parkNanos(next.calm().toNanos());
        instances.restartRefused();
        Map<String, Long> committed = mirror.committedNow();
        listener.accept(next);
        run(next);
        faults.merge(next.fault(), 1, Integer::sum);
        if (next.settles()) {
            awaitApplied(committed);
        }
        traffic.forEach(Traffic::assertEveryoneWrites);
        pairs.assertNothingTorn();
        mirror.assertSlotsNotAhead();
    }

    private void awaitApplied(Map<String, Long> committed) {
        await("everything is applied that was committed before the fault")
                .atMost(Mirror.PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    instances.restartRefused();
                    return mirror.hasApplied(committed);
                });
    }

    private void run(Planned planned) {
        ForkedJvm instance = instances.get(planned.instance());
        switch (planned.fault()) {
            case PROCESS_KILLED -> instance.kill9();
            case CRASH_POINT -> crash(planned);
            case PROCESS_CLOSED -> terminate(instance);
            case PROCESS_PAUSED -> {
                instance.pause();
                last(planned);
                instance.resume();
            }
            case WALSENDERS_KILLED ->
                SHARDS.forEach(shard -> mirror.source(shard).queryString(KILL_WALSENDER));
            case SOURCE_KILLED -> kill(sourceServer, planned);
            case READ_MODEL_KILLED -> kill(readModelServer, planned);
            case SOURCE_CUT -> cut(mirror.sourceNetwork(), planned);
            case SOURCE_STALLED -> stall(mirror.sourceNetwork(), planned);
            case READ_MODEL_CUT -> cut(mirror.readModelNetwork(), planned);
            case READ_MODEL_STALLED -> stall(mirror.readModelNetwork(), planned);
        }
        instances.startEnded();
    }

    /** Alone, because an instance that stands by reaches no point. */
    private void crash(Planned planned) {
        instances.killAll();
        instances
                .start(planned.instance(), jvm -> jvm.crashAt(planned.point(), planned.time()))
                .killAtCrashPoint(Mirror.PATIENCE);
    }

    private static void terminate(ForkedJvm instance) {
        ProcessHandle.of(instance.pid()).ifPresent(ProcessHandle::destroy);
        instance.awaitExit(Mirror.PATIENCE);
    }

    private static void kill(PostgresSource server, Planned planned) {
        server.kill9();
        last(planned);
        server.restart();
    }

    private static void cut(TcpProxy network, Planned planned) {
        network.cut();
        last(planned);
        network.heal();
    }

    private static void stall(TcpProxy network, Planned planned) {
        network.stall();
        last(planned);
        network.heal();
    }

    private static void last(Planned planned) {
        LockSupport.parkNanos(planned.length().toNanos());
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

    void writeOutputs(Path directory) {
        instances.writeOutputs(directory);
    }

    /** Ends it; a writer that had failed is an error. The servers' data stay. */
    @Override
    public void close() {
        try (readModelServer;
                sourceServer;
                instances;
                pairs) {
            traffic.forEach(Traffic::close);
        }
    }
}
