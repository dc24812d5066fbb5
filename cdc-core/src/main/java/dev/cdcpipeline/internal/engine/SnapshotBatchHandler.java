package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.bridge.EngineHandoff;
import dev.cdcpipeline.internal.decode.ChangeDecoder;
import dev.cdcpipeline.internal.decode.SnapshotEnd;
import dev.cdcpipeline.internal.dispatch.Delivery;
import dev.cdcpipeline.internal.dispatch.Dispatcher;
import dev.cdcpipeline.internal.dispatch.SnapshotAssembler;
import dev.cdcpipeline.internal.postgres.SnapshotSlot;
import dev.cdcpipeline.offset.SlotRecord;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Handles the batches of a snapshot. The engine is never told that anything is done, so nothing is acknowledged; what streams in
 * after the last row is left to the next engine. The slot's first boundary is stored after every target has the end of the
 * snapshot: before that, a crash lets the whole load start over.
 */
final class SnapshotBatchHandler extends BatchHandler {
    private static final long UNKNOWN = -1;

    private final ChangeDecoder decoder;
    private final SnapshotAssembler assembler;
    private final Dispatcher dispatcher;
    private final EngineHandoff handoff;
    private final SnapshotSlot slot;
    private final ShardMonitor monitor;
    private final Runnable snapshotEnded;
    private boolean ended;

    SnapshotBatchHandler(
            ChangeDecoder decoder,
            SnapshotAssembler assembler,
            Dispatcher dispatcher,
            EngineHandoff handoff,
            SnapshotSlot slot,
            ShardMonitor monitor,
            @Nullable Map<String, String> logContext,
            Runnable snapshotEnded) {
        super(monitor, logContext);
        this.decoder = decoder;
        this.assembler = assembler;
        this.dispatcher = dispatcher;
        this.handoff = handoff;
        this.slot = slot;
        this.monitor = monitor;
        this.snapshotEnded = snapshotEnded;
    }

    @Override
    void handle(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        if (ended) {
            return;
        }
        slot.requireMade(handoff.slotMadeAt());
        for (RecordChangeEvent<SourceRecord> record : records) {
            OptionalLong end = SnapshotEnd.of(record.record());
            if (end.isPresent()) {
                end(end.getAsLong());
                return;
            }
            assembler.accept(decoder.decode(record.record()));
        }
        Delivery rows = assembler.rows();
        dispatcher.dispatch(rows);
        monitor.acknowledged(rows, UNKNOWN);
    }

    private void end(long lsn) throws InterruptedException {
        SlotRecord created = slot.ended(lsn, handoff.slotMadeAt());
        Delivery last =
                assembler.end(Objects.requireNonNull(created.boundary()), Objects.requireNonNull(created.position()));
        dispatcher.dispatch(last);
        slot.store(created);
        ended = true;
        monitor.acknowledged(last, lsn);
        snapshotEnded.run();
    }
}
