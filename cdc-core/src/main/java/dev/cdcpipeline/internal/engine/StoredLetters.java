package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.NewLetter;
import java.util.HashMap;
import java.util.Map;

/** How many changes of one batch became letters, by projection, table and operation. For one thread. */
final class StoredLetters {
    private record Of(String projection, TableName table, Operation operation) {}

    private final Map<Of, Integer> counts = new HashMap<>();

    void add(NewLetter letter) {
        counts.merge(
                new Of(
                        letter.projection(),
                        letter.change().source().table(),
                        letter.change().operation()),
                1,
                Integer::sum);
    }

    int count(String projection, TableName table, Operation operation) {
        return counts.isEmpty() ? 0 : counts.getOrDefault(new Of(projection, table, operation), 0);
    }
}
