package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.TableLoad;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An assembler and what the tests ask of it. A boundary's text is {@code base:transaction}. */
final class Assembly {
    final StreamCounts counts = new StreamCounts();
    final Map<TableName, TableLoad> results = new HashMap<>();
    private final TransactionAssembler assembler;

    Assembly(Position start, AssemblerLimits limits, @Nullable LoadMark load) {
        assembler = new TransactionAssembler(
                new AssemblerStart(start.base() + ":7", 7, start, load, 0),
                limits,
                (base, transaction, micros) -> base + ":" + transaction,
                table -> results.getOrDefault(table, TableLoad.FAILED),
                counts);
    }

    static Assembly at(long boundary) {
        return from(Position.boundary(boundary));
    }

    static Assembly from(Position start) {
        return new Assembly(start, new AssemblerLimits(1000, 1_000_000), null);
    }

    static Assembly loading(LoadMark load) {
        return new Assembly(Position.boundary(100), new AssemblerLimits(1000, 1_000_000), load);
    }

    static Assembly inPieces(int rows, long bytes) {
        return new Assembly(Position.boundary(100), new AssemblerLimits(rows, bytes), null);
    }

    /** One batch of the engine. */
    Delivery batch(StreamEvent... events) {
        for (StreamEvent event : events) {
            assembler.accept(event);
        }
        return assembler.endOfBatch();
    }

    static List<String> ids(Delivery delivery) {
        return delivery.changes().stream()
                .map(change ->
                        String.valueOf(Objects.requireNonNull(change.key()).value("id")))
                .toList();
    }

    static List<String> positions(Delivery delivery) {
        return delivery.changes().stream()
                .map(Change::position)
                .map(Position::toString)
                .toList();
    }
}
