package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Holds back the word that a table is loaded until the stream has come to where the source's log was when the last row was
 * read. Debezium's read-only incremental snapshot does not wait for the stream: while it lags, chunks are handed over ahead of
 * changes that are older than their rows. Such a change may need what the load has yet to bring, or put an older row over a
 * newer one for a while. A table that had no row is done at once: nothing of it was handed over early. One instance serves one engine run, on the engine's thread.
 */
public final class LoadCatchUp {
    private final Collection<TableName> leftBehind;
    private final LongSupplier sourceLog;
    private final Map<TableName, Long> waiting = new HashMap<>();
    private boolean begun;

    /**
     * @param leftBehind tables that an earlier run has read to the end, while the stream was behind
     * @param sourceLog how far the source's log is written now
     */
    public LoadCatchUp(Collection<TableName> leftBehind, LongSupplier sourceLog) {
        this.leftBehind = leftBehind;
        this.sourceLog = sourceLog;
    }

    /** The same delivery, with results that say how far a load really is. */
    public Delivery apply(Delivery delivery) {
        if (!begun) {
            begun = true;
            await(leftBehind);
        }
        if (waiting.isEmpty() && delivery.loadResults().isEmpty()) {
            return delivery;
        }
        Map<TableName, TableLoad> results = new HashMap<>(delivery.loadResults());
        delivery.loadResults().forEach((table, result) -> {
            waiting.remove(table);
            if (result == TableLoad.SUCCEEDED) {
                await(List.of(table));
                results.put(table, TableLoad.CATCHING_UP);
            }
        });
        waiting.entrySet().removeIf(entry -> {
            boolean reached = Long.compareUnsigned(delivery.position().base(), entry.getValue()) >= 0;
            if (reached) {
                results.put(entry.getKey(), TableLoad.SUCCEEDED);
            }
            return reached;
        });
        return delivery.withLoadResults(results);
    }

    private void await(Collection<TableName> tables) {
        if (!tables.isEmpty()) {
            long end = sourceLog.getAsLong();
            tables.forEach(table -> waiting.put(table, end));
        }
    }
}
