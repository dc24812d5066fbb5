package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.decode.ChangeDecoder;
import dev.cdcpipeline.internal.dispatch.Delivery;
import dev.cdcpipeline.internal.dispatch.Dispatcher;
import dev.cdcpipeline.internal.dispatch.LoadCatchUp;
import dev.cdcpipeline.internal.dispatch.LoadMark;
import dev.cdcpipeline.internal.dispatch.TransactionAssembler;
import dev.cdcpipeline.offset.Offset;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Handles the batches of a stream: decode, assemble, dispatch, and only then tell the engine. That order is the guarantee. What is
 * asked for about dead letters is done between two of them. Runs on the engine's own thread.
 */
final class ChangeBatchHandler extends BatchHandler {
    private final ChangeDecoder decoder;
    private final TransactionAssembler assembler;
    private final LoadCatchUp catchUp;
    private final Dispatcher dispatcher;
    private final LetterWork letters;
    private final EngineHandoff handoff;
    private final ShardMonitor monitor;
    private final Runnable loadEnded;
    private final long streamFirstTo;
    private @Nullable LoadMark load;

    ChangeBatchHandler(
            ChangeDecoder decoder,
            TransactionAssembler assembler,
            LoadCatchUp catchUp,
            Dispatcher dispatcher,
            LetterWork letters,
            EngineHandoff handoff,
            ShardMonitor monitor,
            @Nullable Map<String, String> logContext,
            PreparedShard prepared,
            Runnable loadEnded) {
        super(monitor, logContext);
        this.decoder = decoder;
        this.assembler = assembler;
        this.catchUp = catchUp;
        this.dispatcher = dispatcher;
        this.letters = letters;
        this.handoff = handoff;
        this.monitor = monitor;
        this.load = prepared.load().mark();
        this.streamFirstTo = prepared.streamFirstTo();
        this.loadEnded = loadEnded;
    }

    @Override
    void handle(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        letters.before();
        for (RecordChangeEvent<SourceRecord> record : records) {
            assembler.accept(decoder.decode(record.record()));
        }
        Delivery delivery = catchUp.apply(assembler.endOfBatch());
        dispatcher.dispatch(delivery);
        Offset behind = dispatcher.furthestBehind();
        handoff.applied(BoundaryText.engineOffset(
                behind.boundary(),
                delivery.load() == null ? null : delivery.load().text()));
        long lsn = behind.position().base();
        monitor.standsAt(lsn); // before the slot can be acknowledged up to there
        committer.markProcessed(records.get(records.size() - 1));
        committer.markBatchFinished();
        monitor.acknowledged(delivery, lsn);
        letters.after();
        if (hasEnded(delivery.load(), lsn)) {
            loadEnded.run();
        }
        load = delivery.load();
    }

    /** Whether the run has done its part: read the rows that it was to read, or let the stream go ahead of them. */
    private boolean hasEnded(@Nullable LoadMark now, long lsn) {
        if (streamFirstTo != 0) {
            return Long.compareUnsigned(lsn, streamFirstTo) >= 0;
        }
        return now == null && (load != null || dispatcher.hasUnread());
    }
}
