package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.dispatch.ApplyListener;
import dev.cdcpipeline.internal.dispatch.Delivery;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.dispatch.StreamCounts;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.monitor.BatchApplied;
import dev.cdcpipeline.monitor.HealthStatus;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.monitor.ShardError;
import dev.cdcpipeline.monitor.ShardHealth;
import dev.cdcpipeline.monitor.ShardState;
import dev.cdcpipeline.monitor.ShardStatus;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a shard knows of itself: its state, measurements and errors, for {@code status()} and the listener. Thread-safe. */
final class ShardMonitor implements ApplyListener {
    private static final Logger LOG = LoggerFactory.getLogger(ShardMonitor.class);

    private final String shard;
    private final PipelineListener listener;
    private final HealthRule health;
    private final StreamCounts counts = new StreamCounts();
    private final AppliedCounts applied = new AppliedCounts();
    private final LetterCounts letters;
    private final TargetRepairs repairs;
    private final LoadWatch loads = new LoadWatch(applied);
    private final SourceGauge source = new SourceGauge();
    private final Set<FindingKind> told = new HashSet<>();
    private volatile List<Finding> findings = List.of();
    private volatile ShardState state = ShardState.CREATED;
    private volatile String reason = "";
    private volatile @Nullable ShardError lastError;
    private volatile @Nullable String standingError;
    private volatile @Nullable Epoch epoch;
    private volatile @Nullable String owner;
    private volatile long commitMicros;
    private volatile long appliedLsn = -1;
    private volatile long roundTripMicros = -1;
    private volatile boolean inPieces;
    private volatile long movements;
    private volatile @Nullable String homeTrouble;
    private @Nullable Position lastPosition;
    private volatile long lastLoadStep;
    private volatile OptionalDouble queueFill = OptionalDouble.empty();
    private volatile long seenNanos = System.nanoTime();
    private volatile boolean triedAgain;
    private volatile long begunNanos = System.nanoTime();
    private volatile long movedNanos = -1;

    ShardMonitor(PostgresShard shard, PipelineListener listener) {
        this.shard = shard.id().name();
        this.listener = listener;
        this.letters = new LetterCounts(this.shard, listener);
        this.repairs = new TargetRepairs(this.shard);
        this.health = new HealthRule(this.shard, Silence.doubt(shard), Silence.despair(shard));
    }

    StreamCounts counts() {
        return counts;
    }

    SourceGauge source() {
        return source;
    }

    ShardState state() {
        return state;
    }

    /** Changes the state, if the table of states lets it follow; threads of one shard may race, and the table decides. */
    void to(ShardState next, String why) {
        ShardState from;
        synchronized (this) {
            from = state;
            if (from == next) {
                reason = why;
                return;
            }
            if (!from.canBecome(next)) {
                return;
            }
            state = next;
            reason = why;
        }
        LOG.info("[{}] {} -> {}{}", shard, from, next, why.isEmpty() ? "" : ": " + why);
        tell(() -> listener.stateChanged(shard, from, next, why));
    }

    /** Notes an error that stands until something works again; returns its message, which names the shard. */
    String failed(@Nullable String message) {
        String who = "[" + shard + "] ";
        String named = message != null && message.startsWith(who) ? message : who + message;
        lastError = new ShardError(Instant.now(), named);
        standingError = named;
        triedAgain = false;
        return named;
    }

    /** What keeps the home database from being asked; null when it answers. */
    void homeTrouble(@Nullable String trouble) {
        homeTrouble = trouble;
    }

    /** Says that the newest error is overcome. */
    void overcome() {
        standingError = null;
    }

    void warn(String message, Throwable cause) {
        failed(message + ": " + cause.getMessage());
        LOG.warn("[{}] {}", shard, message, cause);
    }

    void leaseAcquired(Epoch acquired) {
        epoch = acquired;
        LOG.info("[{}] has the lease, epoch {}", shard, acquired.value());
        tell(() -> listener.leaseAcquired(shard, acquired));
    }

    void leaseLost(String why) {
        epoch = null;
        LOG.info("[{}] has not the lease any more: {}", shard, why);
        tell(() -> listener.leaseLost(shard, why));
    }

    void owner(@Nullable String name) {
        owner = name;
    }

    /** What is found at the source now; the listener hears of each kind when it comes. */
    void findings(List<Finding> found) {
        findings = List.copyOf(found);
        Set<FindingKind> kinds = found.stream().map(Finding::kind).collect(Collectors.toSet());
        synchronized (told) {
            told.retainAll(kinds);
            for (Finding finding : found) {
                if (told.add(finding.kind())) {
                    LOG.warn("[{}] {}", shard, finding.text());
                    tell(() -> listener.found(finding));
                }
            }
        }
    }

    /** A target that has lost its data is loaded again; the listener hears of it once. */
    void repairing(String target, Finding why) {
        repairs.begun(target, why);
        LOG.warn("[{}] {}", shard, why.text());
        tell(() -> listener.found(why));
    }

    TargetRepairs repairs() {
        return repairs;
    }

    private List<Finding> allFindings() {
        return Stream.concat(repairs.findings().stream(), findings.stream()).toList();
    }

    void gap(Finding finding, boolean reloading) {
        tell(() -> listener.gap(finding, reloading));
    }

    LoadWatch loads() {
        return loads;
    }

    /** Makes a target's projections known before anything is applied. */
    void expect(Target target) {
        applied.expect(target);
        letters.expect(target);
    }

    LetterCounts letters() {
        return letters;
    }

    /** An engine is being started: its silence and the age of the offset count from now. */
    void begun() {
        begunNanos = System.nanoTime();
        triedAgain = false;
        seen();
    }

    /** Something came from the source. */
    void seen() {
        seenNanos = System.nanoTime();
    }

    void queueFill(OptionalDouble fill) {
        queueFill = fill;
    }

    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - seenNanos);
    }

    long appliedLsn() {
        return appliedLsn;
    }

    /** Where the durable offset of the target that is furthest behind stands, before an engine has moved it. */
    void standsAt(long lsn) {
        appliedLsn = lsn;
    }

    /** Every target has what the engine delivered, and the engine was told. */
    void acknowledged(Delivery delivery, long lsn) {
        appliedLsn = lsn;
        inPieces = delivery.inPieces();
        tell(() -> listener.acknowledged(shard));
        if (!hasMoved(delivery)) {
            return;
        }
        movedNanos = System.nanoTime();
        movements++;
        if (delivery.commitMicros() > commitMicros) {
            commitMicros = delivery.commitMicros();
            roundTripMicros = Math.max(0, source.nowMicros() - commitMicros);
        }
        working("");
        if (loads.hasJustEnded()) {
            LOG.info("[{}] the load is done", shard);
            tell(() -> listener.loaded(shard));
        }
    }

    /** A batch of Debezium's own heartbeats carries nothing forward, though the source may long be silent. */
    private boolean hasMoved(Delivery delivery) {
        boolean moved = !delivery.changes().isEmpty()
                || !delivery.position().equals(lastPosition)
                || delivery.loadStep() != lastLoadStep;
        lastPosition = delivery.position();
        lastLoadStep = delivery.loadStep();
        return moved;
    }

    /** How far the running load has come, in steps that mean nothing but that it goes on. */
    long loadSteps() {
        return lastLoadStep;
    }

    /** Counts how often the durable offset has moved. */
    long movements() {
        return movements;
    }

    @Override
    public void applied(Session session, ChangeBatch batch, Offset before, Offset now, Duration took) {
        applied.add(session, batch, before.load(), letters.applied(session));
        repairs.update(session.name(), now.load())
                .ifPresent(over -> LOG.info("[{}] target '{}' has its data again", shard, session.name()));
        loads.update(session.name(), now.load()).forEach(load -> tell(() -> listener.loadProgress(shard, load)));
        tell(() -> listener.applied(
                new BatchApplied(shard, session.name(), batch.changes().size(), now.position(), took)));
    }

    @Override
    public void retrying(Session session, int attempt, @Nullable Throwable failure) {
        String message = failure instanceof CdcException ours ? ours.getMessage() : String.valueOf(failure);
        to(ShardState.RETRYING, failed(message));
        triedAgain = true;
        tell(() -> listener.retrying(
                shard, session.name(), attempt, failure == null ? new CdcException("no cause was given") : failure));
    }

    @Override
    public void recovered(Session session) {
        working("target '" + session.name() + "' works again");
    }

    private void working(String why) {
        triedAgain = false;
        overcome();
        to(loads.isLoading() ? ShardState.LOADING : ShardState.STREAMING, why);
    }

    private Duration offsetAge() {
        return Duration.ofNanos(System.nanoTime() - Math.max(begunNanos, movedNanos));
    }

    ShardStatus status() {
        Optional<Instant> commit =
                commitMicros == 0 ? Optional.empty() : Optional.of(Instant.EPOCH.plus(commitMicros, ChronoUnit.MICROS));
        Optional<Duration> lag = commit.map(at ->
                Duration.ofNanos(Math.max(0, Duration.between(at, Instant.now()).toNanos())));
        Epoch held = epoch;
        return new ShardStatus(
                shard,
                state,
                commit,
                lag,
                source.lagBytes(appliedLsn),
                applied.byTable(),
                loads.progress(),
                inPieces,
                counts.snapshot(),
                applied.byProjection(),
                letters.status(),
                held == null ? OptionalLong.empty() : OptionalLong.of(held.value()),
                Optional.ofNullable(owner),
                movedNanos == -1 ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - movedNanos)),
                roundTripMicros < 0 ? Optional.empty() : Optional.of(Duration.of(roundTripMicros, ChronoUnit.MICROS)),
                source.retainedBytes(),
                queueFill,
                allFindings(),
                verdict(),
                Optional.ofNullable(lastError));
    }

    private ShardHealth verdict() {
        ShardHealth verdict =
                health.judge(state, reason, offsetAge(), standingError, allFindings(), letters.open(), triedAgain);
        String trouble = homeTrouble;
        return trouble == null || verdict.status() != HealthStatus.UP || state.isFinal()
                ? verdict
                : new ShardHealth(shard, HealthStatus.DEGRADED, trouble);
    }

    private void tell(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("[{}] the pipeline's listener failed; it goes on without it", shard, e);
        }
    }
}
