package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How many changes were applied: by table and operation, and by target, projection and operation. Thread-safe. */
final class AppliedCounts {
    private final Map<TableName, OperationCounts> byTable = new ConcurrentHashMap<>();
    private final Map<String, Map<String, OperationCounts>> byProjection = new ConcurrentHashMap<>();

    /** Makes the target's projections known, so that their zeros are seen. */
    void expect(Target target) {
        target.tables()
                .forEach(table -> target.fills(table.name())
                        .keySet()
                        .forEach(projection -> projection(target.name(), projection)));
    }

    private OperationCounts projection(String target, String projection) {
        return byProjection
                .computeIfAbsent(target, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(projection, name -> new OperationCounts());
    }

    /**
     * Adds a batch; rows read by a load count for those projections for which they were read.
     *
     * @param without changes of the batch that a projection does not have: they were parked or discarded
     */
    void add(Session session, ChangeBatch batch, LoadState before, StoredLetters without) {
        Map<TableName, int[]> counts = new HashMap<>();
        TableName last = null;
        int[] current = {};
        for (Change<Row> change : batch.changes()) {
            if (change.table() != last) {
                last = change.table();
                current = counts.computeIfAbsent(last, table -> new int[Operation.values().length]);
            }
            current[change.operation().ordinal()]++;
        }
        counts.forEach((table, ofTable) -> {
            OperationCounts counters = byTable.computeIfAbsent(table, name -> new OperationCounts());
            for (Operation operation : Operation.values()) {
                counters.add(operation, ofTable[operation.ordinal()]);
            }
            session.fills().getOrDefault(table, Map.of()).keySet().forEach(projection -> {
                boolean readToo = before.loads(table, projection).isPresent();
                OperationCounts applied = projection(session.name(), projection);
                for (Operation operation : Operation.values()) {
                    if (readToo || operation != Operation.READ) {
                        applied.add(
                                operation, ofTable[operation.ordinal()] - without.count(projection, table, operation));
                    }
                }
            });
        });
    }

    long read(TableName table) {
        OperationCounts counters = byTable.get(table);
        return counters == null ? 0 : counters.of(Operation.READ);
    }

    /** What is not zero. */
    Map<TableName, Map<Operation, Long>> byTable() {
        Map<TableName, Map<Operation, Long>> result = new TreeMap<>();
        byTable.forEach((table, counters) -> {
            Map<Operation, Long> sums = counters.sums();
            sums.values().removeIf(count -> count == 0);
            result.put(table, sums);
        });
        return result;
    }

    /** With zeros. */
    Map<String, Map<String, Map<Operation, Long>>> byProjection() {
        Map<String, Map<String, Map<Operation, Long>>> result = new TreeMap<>();
        byProjection.forEach((target, projections) -> {
            Map<String, Map<Operation, Long>> sums = new TreeMap<>();
            projections.forEach((projection, counters) -> sums.put(projection, counters.sums()));
            result.put(target, sums);
        });
        return result;
    }
}
