package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.shard.ShardId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Captured tables that were dropped and created again, until the stream has come past it (docs/decisions/0010). DROP TABLE is no
 * event of the stream, so that the rows of the old table have to be removed by a load that replaces them. It must not begin before
 * the last change of the old table is applied, which would count as a row that the load has brought. What is noted here is
 * forgotten by a restart, and noted anew. One thread.
 */
final class RecreatedTables {
    private static final Logger LOG = LoggerFactory.getLogger(RecreatedTables.class);
    /** No relation has this number. */
    private static final long ANOTHER = 0;

    /** @param lsn how far the source's log was when this relation was there: every change of the old one is before it */
    private record Seen(long relation, long lsn) {}

    private final ShardId shard;
    private final Map<TableName, Seen> seen = new HashMap<>();
    private Map<TableName, Long> source = Map.of();
    private SortedMap<TableName, Long> recreated = new TreeMap<>();
    private SortedMap<TableName, Long> passed = new TreeMap<>();

    RecreatedTables(ShardId shard) {
        this.shard = shard;
    }

    /**
     * Compares the targets with the source.
     *
     * @param source the number of each captured table
     * @param loads what the targets have
     * @param boundary up to where every target has applied the stream
     * @param sourceLog how far the source's log is written now
     */
    void look(Map<TableName, Long> source, Collection<LoadState> loads, long boundary, LongSupplier sourceLog) {
        this.source = Map.copyOf(source);
        recreated = new TreeMap<>();
        loads.forEach(load -> recreated.putAll(load.recreated(source)));
        seen.entrySet()
                .removeIf(entry -> !recreated
                        .getOrDefault(entry.getKey(), ANOTHER)
                        .equals(entry.getValue().relation()));
        recreated.forEach((table, relation) -> {
            if (!seen.containsKey(table)) {
                seen.put(table, new Seen(relation, sourceLog.getAsLong()));
                LOG.warn(
                        "[{}] table {} was dropped and created again; when the stream has come past that, its rows are"
                                + " loaded, and those of the old table removed",
                        shard,
                        table);
            }
        });
        passed = new TreeMap<>(recreated);
        passed.keySet()
                .removeIf(
                        table -> Long.compareUnsigned(boundary, seen.get(table).lsn()) < 0);
    }

    /** Those that were found by the last look. */
    Set<TableName> found() {
        return recreated.keySet();
    }

    /**
     * A target's state with what its tables are at the source, and with a load of those of which the stream has brought every
     * change of the old one. Where another target has rows of the old one, they are still in the stream for this one, too.
     */
    LoadState applyTo(LoadState load) {
        Map<TableName, Long> known = new TreeMap<>(source);
        recreated.keySet().forEach(table -> known.put(table, ANOTHER));
        known.putAll(load.relations());
        LoadState noted = load.from(known);
        SortedMap<TableName, Long> due = noted.recreated(source);
        due.keySet().retainAll(passed.keySet());
        due.keySet().retainAll(noted.tables().keySet());
        return noted.replacing(due);
    }

    /** Up to where the stream has to go ahead of every load; 0 if none waits for it. */
    long streamFirstTo() {
        return seen.entrySet().stream()
                .filter(entry -> !passed.containsKey(entry.getKey()))
                .mapToLong(entry -> entry.getValue().lsn())
                .reduce(0, (a, b) -> Long.compareUnsigned(a, b) >= 0 ? a : b);
    }
}
