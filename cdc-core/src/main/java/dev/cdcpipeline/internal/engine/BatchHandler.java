package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import io.debezium.engine.DebeziumEngine.ChangeConsumer;
import io.debezium.engine.DebeziumEngine.RecordCommitter;
import io.debezium.engine.RecordChangeEvent;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** What the engine calls with each batch, on a thread of its own; a failure ends the engine. */
abstract class BatchHandler implements ChangeConsumer<RecordChangeEvent<SourceRecord>> {
    private static final String HEARTBEAT_TOPIC = "__debezium-heartbeat";

    private final ShardMonitor monitor;
    private final Map<String, String> logContext;
    private volatile @Nullable Thread working;

    BatchHandler(ShardMonitor monitor, @Nullable Map<String, String> logContext) {
        this.monitor = monitor;
        this.logContext = logContext == null ? Map.of() : logContext;
    }

    /** Does what is to be done with a batch, and tells the engine what may be acknowledged. */
    abstract void handle(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException;

    @Override
    public final void handleBatch(
            List<RecordChangeEvent<SourceRecord>> records, RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
            throws InterruptedException {
        working = Thread.currentThread();
        logContext.forEach(MDC::put); // this thread is Debezium's
        boolean alive = records.stream().anyMatch(record -> isOfTheSource(record.record()));
        try {
            if (alive) {
                monitor.seen();
            }
            handle(records, committer);
        } catch (InterruptedException | CdcException e) {
            throw e;
        } catch (RuntimeException e) {
            // The engine skips the batch of a RetriableException without a word: nothing of the kind may reach it.
            throw new CdcException("the batch could not be handled: " + e, e);
        } finally {
            if (alive) {
                monitor.seen();
            }
            working = null;
        }
    }

    /** Debezium makes heartbeat records by itself, also while nothing comes from the source: they are no sign of life. */
    private static boolean isOfTheSource(SourceRecord record) {
        return !record.topic().startsWith(HEARTBEAT_TOPIC);
    }

    /** Whether a batch is being worked on: then silence of the engine means nothing. */
    final boolean isWorking() {
        return working != null;
    }

    /** Wakes a batch that waits for the next try. */
    final void interrupt() {
        Thread thread = working;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
