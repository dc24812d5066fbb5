package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.internal.bridge.StreamScope;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.decode.ChangeDecoder;
import dev.cdcpipeline.internal.dispatch.AssemblerLimits;
import dev.cdcpipeline.internal.dispatch.Dispatcher;
import dev.cdcpipeline.internal.dispatch.LoadCatchUp;
import dev.cdcpipeline.internal.dispatch.RetryRule;
import dev.cdcpipeline.internal.dispatch.SnapshotAssembler;
import dev.cdcpipeline.internal.dispatch.TransactionAssembler;
import dev.cdcpipeline.internal.postgres.SnapshotSlot;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.postgres.SourceValues;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.OptionalDouble;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** One engine with everything that lives exactly as long as it: decoder, assembler, dispatcher, the targets' sessions. */
final class EngineRun implements AutoCloseable {
    /** A transaction that is held takes at most this part of the heap, whatever its number of rows. */
    private static final int HEAP_SHARE = 8;

    private final PreparedShard prepared;
    private final RunSource source;
    private final EngineHandoff handoff;
    private final BatchHandler handler;
    private final ShardEngine engine;
    private final SourceValues unchanged;
    private final Dispatcher dispatcher;
    private final QueueGauge queue;
    private final AtomicBoolean loadEnded = new AtomicBoolean();
    private volatile boolean loadIncomplete;

    EngineRun(
            PostgresShard shard,
            ShardNames names,
            PipelineSettings settings,
            ShardMonitor monitor,
            PreparedShard prepared,
            ShardLetters letters,
            BooleanSupplier stopping) {
        this.prepared = prepared;
        this.source = new RunSource(shard, prepared.columns());
        StreamScope scope = new StreamScope(
                prepared.columns(), prepared.relations(), prepared.load().tables());
        this.handoff = prepared.snapshot() == null
                ? new EngineHandoff(
                        scope,
                        prepared.engineOffset(),
                        prepared.load().mark() == null
                                ? null
                                : prepared.load().mark().correlationId())
                : EngineHandoff.forSnapshot(scope);
        ChangeDecoder decoder = new ChangeDecoder(
                shard.id().name(), prepared.columns(), source.shapes(handoff.shapes()), source.types());
        RetryRule retry = new RetryRule(settings.failures().table(), stopping, monitor);
        this.unchanged = new SourceValues(shard);
        this.dispatcher = new Dispatcher(prepared.sessions(), unchanged, settings.failures(), retry, monitor);
        SnapshotSlot snapshot = prepared.snapshot();
        this.handler = snapshot == null
                ? streamHandler(
                        shard,
                        settings,
                        monitor,
                        decoder,
                        new LetterWork(
                                letters,
                                prepared.sessions(),
                                settings.failures().retention(),
                                retry))
                : snapshotHandler(snapshot, monitor, decoder);
        try {
            Properties properties = EngineProperties.of(shard, names, prepared.columns(), settings, handoff);
            this.queue = new QueueGauge(properties.getProperty("topic.prefix"));
            this.engine = new ShardEngine(
                    names.engine(), properties, handler, snapshot == null ? () -> {} : snapshot::stopMaking);
        } catch (RuntimeException | Error e) {
            source.close();
            handoff.close(); // a setting that Debezium refuses must not leave a run registered at each try
            throw e;
        }
    }

    private BatchHandler streamHandler(
            PostgresShard shard,
            PipelineSettings settings,
            ShardMonitor monitor,
            ChangeDecoder decoder,
            LetterWork letters) {
        AssemblerLimits limits = new AssemblerLimits(
                settings.maxTransactionRows(),
                Runtime.getRuntime().maxMemory()
                        / HEAP_SHARE
                        / settings.shards().size());
        TransactionAssembler assembler = new TransactionAssembler(
                prepared.start(), limits, BoundaryText::of, handoff::loadResult, monitor.counts());
        return new ChangeBatchHandler(
                decoder,
                assembler,
                new LoadCatchUp(prepared.catchingUp(), () -> SourceConnection.insertedLsn(shard)),
                dispatcher,
                letters,
                handoff,
                monitor,
                MDC.getCopyOfContextMap(),
                prepared,
                this::endAfterLoad);
    }

    private BatchHandler snapshotHandler(SnapshotSlot slot, ShardMonitor monitor, ChangeDecoder decoder) {
        return new SnapshotBatchHandler(
                decoder,
                new SnapshotAssembler(
                        prepared.columns().columns().keySet(), prepared.load().step(), monitor.counts()),
                dispatcher,
                handoff,
                slot,
                monitor,
                MDC.getCopyOfContextMap(),
                this::endAfterLoad);
    }

    /** An engine that has loaded tables is started anew: what the load leaves behind in the connector can kill it later. */
    private void endAfterLoad() {
        loadIncomplete = !prepared.streamsFirst() && dispatcher.hasUnread();
        loadEnded.set(true);
        engine.requestStop();
    }

    OptionalDouble queueFill() {
        return queue.fill();
    }

    /** Runs until the engine ends; what ended it, or null if it was asked to. */
    @Nullable
    Throwable run() {
        return engine.run();
    }

    /** Whether rows of some table must be read again after the load has ended. */
    boolean isLoadIncomplete() {
        return loadIncomplete;
    }

    /** Whether it lets the stream go ahead of a load that waits. */
    boolean streamsFirst() {
        return prepared.streamsFirst();
    }

    /** What it was to do before it ended by itself. */
    String part() {
        return prepared.streamsFirst()
                ? "the stream has come past what a load waits for"
                : "every row of the load is read";
    }

    boolean hasLoadEnded() {
        return loadEnded.get();
    }

    /** Whether the engine ought to be heard of: not while a batch is worked on, nor when it is to end anyway. */
    boolean isExpectedToBeHeard() {
        return !handler.isWorking() && !engine.isStopRequested();
    }

    /** Whether it makes a snapshot, so that no heartbeat comes. */
    boolean isSnapshot() {
        return prepared.snapshot() != null;
    }

    boolean isStopRequested() {
        return engine.isStopRequested();
    }

    void requestStop() {
        engine.requestStop();
    }

    /** Makes a batch that waits, for the next try or for its target, fail now. */
    void abort() {
        handler.interrupt();
        unchanged.abort();
        prepared.sessions().forEach(session -> session.target().abort());
    }

    @Override
    public void close() {
        handoff.close();
        unchanged.close();
        source.close();
        prepared.close();
    }
}
