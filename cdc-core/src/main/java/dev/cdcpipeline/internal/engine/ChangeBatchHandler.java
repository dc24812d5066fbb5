package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.decode.ChangeDecoder;
import dev.cdcpipeline.internal.dispatch.Delivery;
import dev.cdcpipeline.internal.dispatch.Dispatcher;
import dev.cdcpipeline.internal.dispatch.LoadCatchUp;
import dev.cdcpipeline.internal.dispatch.LoadMark;
import dev.cdcpipeline.internal.dispatch.TransactionAssembler;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What the engine calls with each batch: decode, assemble, dispatch, and only then tell the engine. That order is the
 * guarantee. Runs on the engine's own thread.
 */
final class ChangeBatchHandler implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {
    private final ChangeDecoder decoder;
    private final TransactionAssembler assembler;
    private final LoadCatchUp catchUp;
    private final Dispatcher dispatcher;
    private final EngineHandoff handoff;
    private final ShardMonitor monitor;
    private final Map<String, String> logContext;
    private final Runnable loadEnded;
    private @Nullable LoadMark load;
    private volatile @Nullable Thread working;

    ChangeBatchHandler(
            ChangeDecoder decoder,
            TransactionAssembler assembler,
            LoadCatchUp catchUp,
            Dispatcher dispatcher,
            EngineHandoff handoff,
            ShardMonitor monitor,
            @Nullable Map<String, String> logContext,
            @Nullable LoadMark load,
            Runnable loadEnded) {
        this.decoder = decoder;
        this.assembler = assembler;
        this.catchUp = catchUp;
        this.dispatcher = dispatcher;
        this.handoff = handoff;
        this.monitor = monitor;
        this.logContext = logContext == null ? Map.of() : logContext;
        this.load = load;
        this.loadEnded = loadEnded;
    }

    @Override
    public void handleBatch(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        working = Thread.currentThread();
        logContext.forEach(MDC::put); // this thread is Debezium's
        try {
            monitor.seen();
            for (RecordChangeEvent<SourceRecord> record : records) {
                assembler.accept(decoder.decode(record.record()));
            }
            Delivery delivery = catchUp.apply(assembler.endOfBatch());
            dispatcher.dispatch(delivery);
            handoff.applied(BoundaryText.engineOffset(
                    dispatcher.furthestBehind().boundary(),
                    delivery.load() == null ? null : delivery.load().text()));
            committer.markProcessed(records.get(records.size() - 1));
            committer.markBatchFinished();
            monitor.acknowledged(
                    delivery, dispatcher.furthestBehind().position().base());
            if (delivery.load() == null && (load != null || dispatcher.hasUnread())) {
                loadEnded.run();
            }
            load = delivery.load();
        } catch (InterruptedException | CdcException e) {
            throw e;
        } catch (RuntimeException e) {
            // The engine skips the batch of a RetriableException without a word: nothing of the kind may reach it.
            throw new CdcException("the batch could not be handled: " + e, e);
        } finally {
            monitor.seen();
            working = null;
        }
    }

    /** Whether a batch is being worked on: then silence of the engine means nothing. */
    boolean isWorking() {
        return working != null;
    }

    /** Wakes a batch that waits for the next try. */
    void interrupt() {
        Thread thread = working;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
