package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.TableName;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which tables a target has loaded, and how far the running load is. Stored with the offset, in the same write, so that a
 * crash can never separate a loaded chunk from the note that it was loaded. Immutable.
 *
 * @param progress the decoder's own note of the running load, opaque; null when none runs
 * @param step counts the changes of {@code progress}: of two targets in the same load, the one with the smaller step is behind
 * @param tables every table that this target wanted loaded, with its result
 * @param filled what the load of each table fills, by projection, as {@link dev.cdcpipeline.target.Target#fills} named it
 * @param readers for whom a table that is not done is loaded: projections, and what the load does with their rows; a table that is
 *     not in it is loaded for all of them, as {@link LoadKind#FILL}
 * @param backfills ids of backfills that this target has begun
 */
public record LoadState(
        @Nullable String progress,
        long step,
        SortedMap<TableName, TableLoad> tables,
        SortedMap<TableName, Map<String, Set<String>>> filled,
        SortedMap<TableName, Map<String, LoadKind>> readers,
        SortedSet<String> backfills) {

    private static final LoadState NONE =
            new LoadState(null, 0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>());

    public LoadState {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        filled = copy(filled);
        readers = copy(readers);
        backfills = Collections.unmodifiableSortedSet(new TreeSet<>(backfills));
    }

    private static <V> SortedMap<TableName, Map<String, V>> copy(SortedMap<TableName, Map<String, V>> byTable) {
        SortedMap<TableName, Map<String, V>> copy = new TreeMap<>();
        byTable.forEach((table, byProjection) -> copy.put(table, Map.copyOf(byProjection)));
        return Collections.unmodifiableSortedMap(copy);
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

    /** What the running load of a table does for a projection; empty if its rows are not for this projection. */
    public Optional<LoadKind> loads(TableName table, String projection) {
        if (!wants(table)) {
            return Optional.empty();
        }
        Map<String, LoadKind> chosen = readers.get(table);
        return chosen == null ? Optional.of(LoadKind.FILL) : Optional.ofNullable(chosen.get(projection));
    }

    /**
     * The same for what a target wants now. A table that is new, or of which more is to be filled than before, gets {@code load},
     * for the projections that are new or want more; one that is not wanted any more is forgotten, because its changes go by
     * from now on. If a table is to be loaded, the running load is left: it may be in the middle of that very table for
     * another's sake, and the rows before have gone by.
     *
     * @param wanted what each table fills, by projection
     */
    public LoadState wanting(Map<TableName, Map<String, Set<String>>> wanted, TableLoad load) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>();
        SortedMap<TableName, Map<String, LoadKind>> chosen = new TreeMap<>(readers);
        chosen.keySet().retainAll(wanted.keySet());
        boolean isNew = false;
        for (Map.Entry<TableName, Map<String, Set<String>>> entry : wanted.entrySet()) {
            TableName table = entry.getKey();
            TableLoad known = tables.get(table);
            Set<String> wider = known == null ? Set.of() : wider(filled.get(table), entry.getValue());
            all.put(table, known == null || !wider.isEmpty() ? load : known);
            if (known != null && !load.isDone() && !wider.isEmpty()) {
                choose(chosen, table, wider, LoadKind.FILL);
            }
            isNew |= known == null || !wider.isEmpty();
        }
        return new LoadState(
                isNew && !load.isDone() ? null : progress, step, all, new TreeMap<>(wanted), chosen, backfills);
    }

    private static Set<String> wider(@Nullable Map<String, Set<String>> before, Map<String, Set<String>> now) {
        Set<String> wider = new TreeSet<>();
        if (before != null) {
            now.forEach((projection, columns) -> {
                Set<String> had = before.get(projection);
                if (had == null || !had.containsAll(columns)) {
                    wider.add(projection);
                }
            });
        }
        return wider;
    }

    /** Adds readers of a table. One that is being loaded for everybody is so still. */
    private void choose(
            SortedMap<TableName, Map<String, LoadKind>> chosen,
            TableName table,
            Set<String> projections,
            LoadKind kind) {
        Map<String, LoadKind> readersOfTable = new TreeMap<>();
        if (wants(table)) {
            filled.getOrDefault(table, Map.of())
                    .keySet()
                    .forEach(projection ->
                            loads(table, projection).ifPresent(before -> readersOfTable.put(projection, before)));
        }
        projections.forEach(projection -> readersOfTable.merge(
                projection, kind, (a, b) -> a == LoadKind.REPLACE || b == LoadKind.REPLACE ? LoadKind.REPLACE : b));
        chosen.put(table, readersOfTable);
    }

    /** The same with every table to be loaded from its beginning, for every projection, so that it ends up as at the source. */
    public LoadState reloading() {
        LoadState state = this;
        for (TableName table : tables.keySet()) {
            state = state.reloading(table, filled.getOrDefault(table, Map.of()).keySet());
        }
        return state;
    }

    private LoadState reloading(TableName table, Set<String> projections) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        all.put(table, TableLoad.PENDING);
        SortedMap<TableName, Map<String, LoadKind>> chosen = new TreeMap<>(readers);
        choose(chosen, table, projections, LoadKind.REPLACE);
        return new LoadState(null, step, all, filled, chosen, backfills);
    }

    /** The same with a backfill begun: its tables are to be loaded from their beginning, for one projection. */
    public LoadState beginning(String backfill, Collection<TableName> backfilled, String projection) {
        LoadState state = this;
        for (TableName table : backfilled) {
            state = state.reloading(table, Set.of(projection));
        }
        SortedSet<String> ids = new TreeSet<>(backfills);
        ids.add(backfill);
        return new LoadState(state.progress, step, state.tables, filled, state.readers, ids);
    }

    /** The same with a backfill left as it is: tables that were loaded for its sake only are not loaded any more. */
    public LoadState leaving(String backfill, Collection<TableName> backfilled, String projection) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        SortedMap<TableName, Map<String, LoadKind>> chosen = new TreeMap<>(readers);
        for (TableName table : backfilled) {
            if (!wants(table) || !readers.containsKey(table)) {
                continue;
            }
            Map<String, LoadKind> others = new TreeMap<>(readers.get(table));
            others.remove(projection);
            if (others.isEmpty()) {
                chosen.remove(table);
                all.put(table, TableLoad.SKIPPED);
            } else {
                chosen.put(table, others);
            }
        }
        boolean changed = !all.equals(tables) || !chosen.equals(readers);
        return new LoadState(changed ? null : progress, step, all, filled, chosen, backfills).without(backfill);
    }

    /** The same with a backfill forgotten. */
    public LoadState without(String backfill) {
        SortedSet<String> ids = new TreeSet<>(backfills);
        ids.remove(backfill);
        return new LoadState(progress, step, tables, filled, readers, ids);
    }

    /** The same with another progress, and with the results of the tables that this target wanted. */
    public LoadState advance(@Nullable String newProgress, long newStep, Map<TableName, TableLoad> results) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        results.forEach((table, result) -> all.computeIfPresent(table, (t, old) -> old.isDone() ? old : result));
        SortedMap<TableName, Map<String, LoadKind>> chosen = new TreeMap<>(readers);
        chosen.keySet()
                .removeIf(table -> all.getOrDefault(table, TableLoad.SKIPPED).isDone());
        return new LoadState(newProgress, newStep, all, filled, chosen, backfills);
    }

    /** The same with loads that seemed to end well marked as failed, for those they were begun for. */
    public LoadState failed(Collection<TableName> incomplete, LoadState before) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        SortedMap<TableName, Map<String, LoadKind>> chosen = new TreeMap<>(readers);
        for (TableName table : new HashSet<>(incomplete)) {
            all.put(table, TableLoad.FAILED);
            if (before.readers.containsKey(table)) {
                chosen.put(table, before.readers.get(table));
            }
        }
        return new LoadState(progress, step, all, filled, chosen, backfills);
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
