package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.TableName;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * @param filled what the load of each table fills, as {@link dev.cdcpipeline.target.Target#fills} named it
 */
public record LoadState(
        @Nullable String progress,
        long step,
        SortedMap<TableName, TableLoad> tables,
        SortedMap<TableName, Set<String>> filled) {

    private static final LoadState NONE = new LoadState(null, 0, new TreeMap<>(), new TreeMap<>());

    public LoadState {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        filled = Collections.unmodifiableSortedMap(new TreeMap<>(filled));
    }

    /** Without a note of what is filled. */
    public LoadState(@Nullable String progress, long step, SortedMap<TableName, TableLoad> tables) {
        this(progress, step, tables, new TreeMap<>());
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
     * The same for what a target wants now. A table that is new, or of which more is to be filled than before, gets {@code load};
     * one that is not wanted any more is forgotten, because its changes go by from now on. If a table is to be loaded, the running
     * load is left: it may be in the middle of that very table for another target's sake, and the rows before have gone by.
     *
     * @param wanted what each table fills
     */
    public LoadState wanting(Map<TableName, Set<String>> wanted, TableLoad load) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>();
        boolean isNew = false;
        for (Map.Entry<TableName, Set<String>> table : wanted.entrySet()) {
            TableLoad known = tables.get(table.getKey());
            Set<String> before = filled.get(table.getKey());
            boolean isMore = before != null && !before.containsAll(table.getValue());
            all.put(table.getKey(), known == null || isMore ? load : known);
            isNew |= known == null || isMore;
        }
        return new LoadState(isNew && !load.isDone() ? null : progress, step, all, new TreeMap<>(wanted));
    }

    /** The same with another progress, and with the results of the tables that this target wanted. */
    public LoadState advance(@Nullable String newProgress, long newStep, Map<TableName, TableLoad> results) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        results.forEach((table, result) -> all.computeIfPresent(table, (t, old) -> old.isDone() ? old : result));
        return new LoadState(newProgress, newStep, all, filled);
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
