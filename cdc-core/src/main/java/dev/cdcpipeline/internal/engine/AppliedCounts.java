package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.Target;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many changes were applied: by table and operation, and by target, projection and operation. Thread-safe. */
final class AppliedCounts {
    private final Map<TableName, Map<Operation, LongAdder>> byTable = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Map<Operation, LongAdder>>> byProjection = new ConcurrentHashMap<>();

    /** Makes the target's projections known, so that their zeros are seen. */
    void expect(Target target) {
        target.tables()
                .forEach(table -> target.fills(table.name())
                        .keySet()
                        .forEach(projection -> projection(target.name(), projection)));
    }

    private Map<Operation, LongAdder> projection(String target, String projection) {
        return byProjection
                .computeIfAbsent(target, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(projection, name -> counters());
    }

    /** Adds a batch; rows read by a load count for those projections for which they were read. */
    void add(Session session, ChangeBatch batch, LoadState before) {
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
            addTo(byTable.computeIfAbsent(table, name -> counters()), ofTable, true);
            session.fills()
                    .getOrDefault(table, Map.of())
                    .keySet()
                    .forEach(projection -> addTo(
                            projection(session.name(), projection),
                            ofTable,
                            before.loads(table, projection).isPresent()));
        });
    }

    private static void addTo(Map<Operation, LongAdder> counters, int[] counts, boolean readToo) {
        for (Operation operation : Operation.values()) {
            if (counts[operation.ordinal()] > 0 && (readToo || operation != Operation.READ)) {
                counters.get(operation).add(counts[operation.ordinal()]);
            }
        }
    }

    private static Map<Operation, LongAdder> counters() {
        Map<Operation, LongAdder> counters = new EnumMap<>(Operation.class);
        for (Operation operation : Operation.values()) {
            counters.put(operation, new LongAdder());
        }
        return counters;
    }

    long read(TableName table) {
        Map<Operation, LongAdder> counters = byTable.get(table);
        return counters == null ? 0 : counters.get(Operation.READ).sum();
    }

    /** What is not zero. */
    Map<TableName, Map<Operation, Long>> byTable() {
        Map<TableName, Map<Operation, Long>> result = new TreeMap<>();
        byTable.forEach((table, counters) -> {
            Map<Operation, Long> sums = sums(counters);
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
            projections.forEach((projection, counters) -> sums.put(projection, sums(counters)));
            result.put(target, sums);
        });
        return result;
    }

    private static Map<Operation, Long> sums(Map<Operation, LongAdder> counters) {
        Map<Operation, Long> sums = new EnumMap<>(Operation.class);
        counters.forEach((operation, count) -> sums.put(operation, count.sum()));
        return sums;
    }
}
