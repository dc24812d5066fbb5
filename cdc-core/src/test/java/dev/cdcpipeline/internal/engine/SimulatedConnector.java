package dev.cdcpipeline.internal.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.decode.IncrementalLoadMark;
import dev.cdcpipeline.internal.dispatch.Records;
import dev.cdcpipeline.internal.dispatch.RowChange;
import dev.cdcpipeline.internal.dispatch.StreamEvent;
import dev.cdcpipeline.internal.dispatch.StreamEvent.Kind;
import dev.cdcpipeline.offset.TableLoad;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium's connector delivers from an offset, as it was measured: exactly the transactions that ended after the boundary,
 * from their first row; heartbeats anywhere, also of a commit before its END; rows of a load anywhere. A row is read by a load
 * only where the stream has passed everything that was ever delivered: its chunk is read after the start.
 */
final class SimulatedConnector {
    private static final String NULL_KEY = "ACED000570";

    private final SimulatedSource source;
    private final Random random;
    private final long boundary;
    private final long boundaryTransaction;
    /** Transactions that had been delivered, in part or whole, when this connector started. */
    private final int known;

    private final List<TableName> remaining = new ArrayList<>();
    private final @Nullable String loadId;
    private String key = NULL_KEY;
    private @Nullable IncrementalLoadMark mark;
    private final Map<TableName, TableLoad> results;

    SimulatedConnector(
            SimulatedSource source, Random random, String offset, int known, Map<TableName, TableLoad> results) {
        this.source = source;
        this.random = random;
        this.known = known;
        this.results = results;
        this.boundary = BoundaryText.lsn(offset);
        this.boundaryTransaction = BoundaryText.transactionId(offset);
        if (offset.contains("incremental_snapshot_collections")) {
            IncrementalLoadMark stored = IncrementalLoadMark.parse(offset);
            remaining.addAll(stored.remaining());
            loadId = stored.correlationId();
            resumeKey = keyOf(stored.text());
            newMark();
        } else {
            loadId = null;
        }
    }

    private @Nullable String resumeKey;

    private static @Nullable String keyOf(String text) {
        int at = text.indexOf("\"incremental_snapshot_primary_key\":\"");
        if (at < 0) {
            return null;
        }
        int from = text.indexOf(':', at) + 2;
        String found = text.substring(from, text.indexOf('"', from));
        return found.equals(NULL_KEY) ? null : found;
    }

    private void newMark() {
        if (remaining.isEmpty()) {
            mark = null;
            return;
        }
        ObjectNode fields = JsonNodeFactory.instance.objectNode();
        StringBuilder list = new StringBuilder();
        for (TableName table : remaining) {
            list.append(list.isEmpty() ? "[" : ",")
                    .append("{\"incremental_snapshot_collections_id\":\"")
                    .append(table)
                    .append("\"}");
        }
        fields.put("incremental_snapshot_collections", list.append(']').toString());
        fields.put("incremental_snapshot_correlation_id", loadId);
        fields.put("incremental_snapshot_primary_key", key);
        fields.put("incremental_snapshot_maximum_key", "max");
        mark = IncrementalLoadMark.parse(fields.toString());
    }

    /** Everything from the boundary to the end of the history, and then heartbeats until the load is done. */
    List<StreamEvent> events() {
        List<StreamEvent> events = new ArrayList<>();
        heartbeat(events, boundary, boundaryTransaction);
        int index = 0;
        for (SimulatedSource.Transaction transaction : source.transactions) {
            if (Long.compareUnsigned(transaction.end(), boundary) > 0) {
                deliver(events, transaction, index);
            }
            index++;
        }
        SimulatedSource.Transaction last = source.transactions.get(index - 1);
        while (mark != null) {
            reads(events, last.end(), last.id(), index, 0);
        }
        events.add(Records.event(Kind.HEARTBEAT, last.end(), last.id(), null, null));
        return events;
    }

    private void deliver(List<StreamEvent> events, SimulatedSource.Transaction t, int index) {
        events.add(Records.event(Kind.BEGIN, t.base(), t.id(), mark, null));
        int done = 0;
        for (SimulatedSource.Row row : t.rows()) {
            heartbeat(events, t.base(), t.id());
            if (index >= known && random.nextInt(4) == 0) {
                reads(events, t.base(), t.id(), index, done);
            }
            events.add(Records.event(Kind.ROW, t.base(), t.id(), mark, change(t, row)));
            done++;
        }
        if (random.nextInt(4) == 0) {
            events.add(Records.event(Kind.HEARTBEAT, t.end(), t.id(), mark, null));
        }
        if (index >= known && random.nextInt(4) == 0) {
            reads(events, t.end(), t.id(), index, done);
        }
        if (random.nextInt(20) > 0) {
            events.add(Records.event(Kind.END, t.end(), t.id(), mark, null));
        }
        heartbeat(events, t.end(), t.id());
    }

    private void heartbeat(List<StreamEvent> events, long base, long transaction) {
        if (random.nextInt(8) == 0) {
            events.add(Records.event(Kind.HEARTBEAT, base, transaction, mark, null));
        }
    }

    /** Some of the rows that the load has not read, as they are at this place of the stream. */
    private void reads(List<StreamEvent> events, long base, long transaction, int index, int rows) {
        for (int chunk = random.nextInt(5); chunk >= 0 && mark != null; chunk--) {
            TableName table = remaining.get(0);
            String after = resumeKey == null ? "" : resumeKey;
            Map.Entry<String, String> next = source.table(table, index, rows).entrySet().stream()
                    .filter(entry -> entry.getKey().compareTo(after) > 0)
                    .findFirst()
                    .orElse(null);
            boolean givenUp = random.nextInt(40) == 0;
            if (next == null || givenUp) {
                results.put(
                        table, givenUp ? TableLoad.FAILED : after.isEmpty() ? TableLoad.EMPTY : TableLoad.SUCCEEDED);
                remaining.remove(0);
                resumeKey = null;
                key = NULL_KEY;
                newMark();
                continue;
            }
            resumeKey = next.getKey();
            key = next.getKey();
            newMark();
            RowChange change =
                    Records.change(table, Operation.READ, transaction, 0, next.getKey(), next.getValue(), 100);
            events.add(Records.event(Kind.READ, base, transaction, mark, change));
        }
    }

    private static RowChange change(SimulatedSource.Transaction t, SimulatedSource.Row row) {
        return Records.change(row.table(), row.operation(), t.id(), row.lsn(), row.key(), row.value(), 100);
    }
}
