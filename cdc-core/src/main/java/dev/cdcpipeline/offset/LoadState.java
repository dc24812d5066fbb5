package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.TableName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which tables a target has loaded, and how far the running load is. Stored with the offset, in the same write, so that a
 * crash can never separate a loaded chunk from the note that it was loaded. Immutable.
 *
 * @param progress the decoder's own note of the running load, opaque; null when none runs
 * @param step counts the changes of {@code progress}: of two targets in the same load, the one with the smaller step is behind
 * @param tables every table that this target wanted loaded, with its result
 */
public record LoadState(@Nullable String progress, long step, SortedMap<TableName, TableLoad> tables) {

    private static final LoadState NONE = new LoadState(null, 0, new TreeMap<>());

    public LoadState {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
    }

    /** Nothing to load. */
    public static LoadState none() {
        return NONE;
    }

    /** Tables whose rows must still be read, in order. */
    public List<TableName> unread() {
        return having(TableLoad::isUnread);
    }

    /** Tables whose load is not done, in order; the rows of some may all be read. */
    public List<TableName> pending() {
        return having(load -> !load.isDone());
    }

    private List<TableName> having(Predicate<TableLoad> state) {
        return tables.entrySet().stream()
                .filter(entry -> state.test(entry.getValue()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether rows read by a load of this table belong to this target. */
    public boolean wants(TableName table) {
        TableLoad load = tables.get(table);
        return load != null && !load.isDone();
    }

    /**
     * The same with tables added, where they are not known yet. If one of them is to be loaded, the running load is left: it may
     * be in the middle of that very table for another target's sake, and the rows before have gone by.
     */
    public LoadState plus(Iterable<TableName> seen, TableLoad load) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        seen.forEach(table -> all.putIfAbsent(table, load));
        boolean leavesLoad = !load.isDone() && all.size() > tables.size();
        return new LoadState(leavesLoad ? null : progress, step, all);
    }

    /** The same with another progress, and with the results of the tables that this target wanted. */
    public LoadState advance(@Nullable String newProgress, long newStep, Map<TableName, TableLoad> results) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        results.forEach((table, result) -> all.computeIfPresent(table, (t, old) -> old.isDone() ? old : result));
        return new LoadState(newProgress, newStep, all);
    }

    /** The form that stores keep, one line of JSON. */
    public String toText() {
        return LoadStateText.write(this);
    }

    /**
     * Reads the form that stores keep.
     *
     * @throws IllegalArgumentException if it is not such a form
     */
    public static LoadState parse(String text) {
        return LoadStateText.read(text);
    }
}
