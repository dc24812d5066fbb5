package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** One number for each operation. Thread-safe. */
final class OperationCounts {
    private final Map<Operation, LongAdder> counts = new EnumMap<>(Operation.class);

    OperationCounts() {
        for (Operation operation : Operation.values()) {
            counts.put(operation, new LongAdder());
        }
    }

    void add(Operation operation, long more) {
        adder(operation).add(more);
    }

    long of(Operation operation) {
        return adder(operation).sum();
    }

    private LongAdder adder(Operation operation) {
        LongAdder adder = counts.get(operation);
        if (adder == null) {
            throw new IllegalStateException("every operation is counted, but not " + operation);
        }
        return adder;
    }

    /** With zeros. */
    Map<Operation, Long> sums() {
        Map<Operation, Long> sums = new EnumMap<>(Operation.class);
        counts.forEach((operation, count) -> sums.put(operation, count.sum()));
        return sums;
    }
}
