package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.dispatch.ApplyListener;
import dev.cdcpipeline.internal.dispatch.Delivery;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.dispatch.StreamCounts;
import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardError;
import dev.cdcpipeline.monitor.ShardHealth;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.ChangeBatch;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a shard knows of itself: its state, counts and errors, for {@code status()} and the listener. Thread-safe. */
final class ShardMonitor implements ApplyListener {
    private static final Logger LOG = LoggerFactory.getLogger(ShardMonitor.class);

    private final String shard;
    private final PipelineListener listener;
    private final StreamCounts counts = new StreamCounts();
    private final Map<TableName, Map<Operation, LongAdder>> applied = new ConcurrentHashMap<>();
    private final Map<TableName, Long> estimatedRows = new ConcurrentHashMap<>();
    private final Map<String, Map<TableName, TableLoad>> loads = new ConcurrentHashMap<>();
    private volatile ShardState state = ShardState.CREATED;
    private volatile @Nullable ShardError lastError;
    private volatile long commitMicros;
    private volatile long appliedLsn = -1;
    private volatile long walLsn = -1;
    private volatile boolean inPieces;
    private volatile boolean wasLoading;
    private volatile long lastSeenNanos = System.nanoTime();

    ShardMonitor(String shard, PipelineListener listener) {
        this.shard = shard;
        this.listener = listener;
    }

    StreamCounts counts() {
        return counts;
    }

    ShardState state() {
        return state;
    }

    /** Changes the state; a final state stays, and what is being stopped gets no other. */
    void to(ShardState next, String reason) {
        ShardState from;
        synchronized (this) {
            from = state;
            if (from == next || from.isFinal() || from == ShardState.STOPPING && !next.isFinal()) {
                return;
            }
            state = next;
        }
        LOG.info("[{}] {} -> {}{}", shard, from, next, reason.isEmpty() ? "" : ": " + reason);
        notifyListener(() -> listener.stateChanged(shard, from, next, reason));
    }

    /** Notes an error; returns its message, which names the shard. */
    String failed(@Nullable String message) {
        String who = "[" + shard + "] ";
        String named = message != null && message.startsWith(who) ? message : who + message;
        lastError = new ShardError(Instant.now(), named);
        return named;
    }

    void estimated(TableName table, long rows) {
        estimatedRows.put(table, rows);
    }

    void loads(String target, Map<TableName, TableLoad> tables) {
        loads.put(target, Map.copyOf(tables));
        wasLoading |= isLoading();
    }

    /** The engine gave a sign of life. */
    void seen() {
        lastSeenNanos = System.nanoTime();
    }

    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastSeenNanos);
    }

    void wal(long lsn) {
        walLsn = lsn;
    }

    long appliedLsn() {
        return appliedLsn;
    }

    /** Every target has what the engine delivered, and the engine was told. */
    void acknowledged(Delivery delivery) {
        appliedLsn = delivery.position().base();
        commitMicros = Math.max(commitMicros, delivery.commitMicros());
        inPieces = delivery.inPieces();
        working("");
        notifyListener(() -> listener.acknowledged(shard));
        if (wasLoading && !isLoading()) {
            wasLoading = false;
            LOG.info("[{}] the first load is done", shard);
            notifyListener(() -> listener.loaded(shard));
        }
    }

    @Override
    public void applied(Session session, ChangeBatch batch, Offset offset, Duration took) {
        for (Change<Row> change : batch.changes()) {
            applied.computeIfAbsent(change.table(), table -> counters())
                    .get(change.operation())
                    .increment();
        }
        loads(session.name(), offset.load().tables());
        notifyListener(() -> listener.applied(
                new BatchApplied(shard, session.name(), batch.changes().size(), offset.position(), took)));
    }

    private static Map<Operation, LongAdder> counters() {
        Map<Operation, LongAdder> counters = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            counters.put(operation, new LongAdder());
        }
        return counters;
    }

    @Override
    public void retrying(Session session, int attempt, @Nullable Throwable failure) {
        String message = failure instanceof CdcException ours ? ours.getMessage() : String.valueOf(failure);
        to(ShardState.RETRYING, failed(message));
    }

    @Override
    public void recovered(Session session) {
        working("target '" + session.name() + "' works again");
    }

    private void working(String reason) {
        to(isLoading() ? ShardState.LOADING : ShardState.STREAMING, reason);
    }

    boolean isLoading() {
        return loads.values().stream()
                .flatMap(tables -> tables.values().stream())
                .anyMatch(load -> !load.isDone());
    }

    ShardStatus status() {
        Optional<Instant> commit =
                commitMicros == 0 ? Optional.empty() : Optional.of(Instant.EPOCH.plus(commitMicros, ChronoUnit.MICROS));
        Optional<Duration> lag = commit.map(at -> {
            Duration age = Duration.between(at, Instant.now());
            return age.isNegative() ? Duration.ZERO : age;
        });
        OptionalLong lagBytes =
                walLsn < 0 || appliedLsn < 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(0, walLsn - appliedLsn));
        return new ShardStatus(
                shard,
                state,
                commit,
                lag,
                lagBytes,
                appliedCounts(),
                loadProgress(),
                inPieces,
                counts.snapshot(),
                Map.of(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                List.of(),
                new ShardHealth(shard, HealthStatus.UP, ""),
                Optional.ofNullable(lastError));
    }

    private Map<TableName, Map<Operation, Long>> appliedCounts() {
        Map<TableName, Map<Operation, Long>> result = new TreeMap<>();
        applied.forEach((table, counters) -> {
            Map<Operation, Long> byOperation = new EnumMap<>(Operation.class);
            counters.forEach((operation, count) -> {
                if (count.sum() > 0) {
                    byOperation.put(operation, count.sum());
                }
            });
            result.put(table, byOperation);
        });
        return result;
    }

    private List<LoadProgress> loadProgress() {
        Map<TableName, TableLoad> byTable = new TreeMap<>();
        loads.values()
                .forEach(tables ->
                        tables.forEach((table, load) -> byTable.merge(table, load, (a, b) -> a.isDone() ? b : a)));
        return byTable.entrySet().stream()
                .filter(entry -> entry.getValue() != TableLoad.SKIPPED)
                .map(entry -> new LoadProgress(
                        entry.getKey(),
                        entry.getValue(),
                        rowsRead(entry.getKey()),
                        estimatedRows.getOrDefault(entry.getKey(), -1L)))
                .toList();
    }

    private long rowsRead(TableName table) {
        Map<Operation, LongAdder> counters = applied.get(table);
        return counters == null ? 0 : counters.get(Operation.READ).sum();
    }

    private void notifyListener(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("[{}] the pipeline's listener failed; it goes on without it", shard, e);
        }
    }
}
