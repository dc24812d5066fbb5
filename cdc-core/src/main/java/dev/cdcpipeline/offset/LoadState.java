package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.TableName;
import java.util.Collection;
import java.util.Collections;
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
 * @param requests the backfills for whose sake alone a table is loaded for a projection, so that the load may be left with them;
 *     {@code altered} stands for a projection's own request; where none is named, the load is needed
 * @param relations the number (oid) of the relation that each table was at the source when its rows began to be filled; a table
 *     that was dropped and created again is another one. One that is not named is not known
 */
public record LoadState(
        @Nullable String progress,
        long step,
        SortedMap<TableName, TableLoad> tables,
        SortedMap<TableName, Map<String, Set<String>>> filled,
        SortedMap<TableName, Map<String, LoadKind>> readers,
        SortedSet<String> backfills,
        SortedMap<TableName, Map<String, Set<String>>> requests,
        SortedMap<TableName, Long> relations) {

    /** In place of a backfill, for what a projection asks for itself. */
    private static final String OWN_REQUEST = "altered";

    private static final LoadState NONE =
            new LoadState(null, 0, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>());

    public LoadState {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        filled = copy(filled);
        readers = copy(readers);
        backfills = Collections.unmodifiableSortedSet(new TreeSet<>(backfills));
        requests = copy(requests);
        relations = Collections.unmodifiableSortedMap(new TreeMap<>(relations));
    }

    /** One whose loads are all needed, of relations that are not known. */
    public LoadState(
            @Nullable String progress,
            long step,
            SortedMap<TableName, TableLoad> tables,
            SortedMap<TableName, Map<String, Set<String>>> filled,
            SortedMap<TableName, Map<String, LoadKind>> readers,
            SortedSet<String> backfills) {
        this(progress, step, tables, filled, readers, backfills, new TreeMap<>(), new TreeMap<>());
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
     * from now on, and so is a projection. If a table is to be loaded, the running load is left: it may be in the middle of that
     * very table for another's sake, and the rows before have gone by.
     *
     * @param wanted what each table fills, by projection
     * @param load {@link TableLoad#PENDING}, or {@link TableLoad#SKIPPED} where nothing is to be loaded; what is being loaded
     *     already goes on
     */
    public LoadState wanting(Map<TableName, Map<String, Set<String>>> wanted, TableLoad load) {
        LoadStateChange next = new LoadStateChange(this);
        next.keepOnly(wanted);
        for (Map.Entry<TableName, Map<String, Set<String>>> entry : wanted.entrySet()) {
            TableName table = entry.getKey();
            if (!tables.containsKey(table)) {
                next.tables.put(table, load);
                next.restart(!load.isDone());
                continue;
            }
            Set<String> wider = wider(filled.get(table), entry.getValue());
            if (wider.isEmpty()) {
                continue;
            }
            if (!load.isDone()) {
                wider.forEach(projection -> next.read(table, projection, LoadKind.FILL));
                next.tables.put(table, load);
                next.restart(true);
            } else if (!wants(table)) {
                next.tables.put(table, load);
            }
        }
        return next.state();
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

    /**
     * The same with every table to be loaded from its beginning, for every projection, so that it ends up as at the source:
     * what was read before, by a load that still runs too, may be gone there. The step tells this state from one before.
     */
    public LoadState reloading() {
        LoadStateChange next = new LoadStateChange(this);
        tables.keySet().forEach(next::replace);
        next.step++;
        next.restart(true);
        return next.state();
    }

    /** The same with what each of its tables is at the source. */
    public LoadState from(Map<TableName, Long> source) {
        LoadStateChange next = new LoadStateChange(this);
        next.relations.putAll(source);
        next.relations.keySet().retainAll(tables.keySet());
        return next.state();
    }

    /** Tables that are another relation at the source than the one whose rows are here, with the new one. */
    public SortedMap<TableName, Long> recreated(Map<TableName, Long> source) {
        SortedMap<TableName, Long> recreated = new TreeMap<>(source);
        recreated
                .entrySet()
                .removeIf(entry -> entry.getValue().equals(relations.getOrDefault(entry.getKey(), entry.getValue())));
        return recreated;
    }

    /**
     * The same with these tables to be loaded from their beginning, for every projection: they were dropped and created again, so
     * that the rows of the old ones are to go.
     */
    public LoadState replacing(Map<TableName, Long> recreated) {
        if (recreated.isEmpty()) {
            return this;
        }
        LoadStateChange next = new LoadStateChange(this);
        recreated.forEach(next::replace);
        next.step++;
        next.restart(true);
        return next.state();
    }

    /**
     * The same with one table to be loaded for one projection, so that it ends up as at the source. A load that runs already, for
     * whomever, goes on, and its end counts: whoever calls sees to it that it is repeated then. The step stays, so that the place
     * that goes with the state stays as well.
     */
    public LoadState reloading(TableName table, String projection) {
        LoadStateChange next = new LoadStateChange(this);
        next.request(table, projection, OWN_REQUEST);
        if (!wants(table)) {
            next.tables.put(table, TableLoad.PENDING);
        }
        return next.state();
    }

    /**
     * The same without what projections have asked for by {@link #reloading(TableName, String)}, where it cannot be had any more.
     * What a first load, a gap or a backfill needs stays.
     */
    public LoadState notReloading(Collection<TableName> unreadable) {
        LoadStateChange next = new LoadStateChange(this);
        for (TableName table : unreadable) {
            requests.getOrDefault(table, Map.of())
                    .keySet()
                    .forEach(projection -> next.withdraw(table, projection, OWN_REQUEST));
        }
        next.restart(!next.readers.equals(readers));
        return next.state();
    }

    /**
     * The same with a backfill begun: those of its tables that this target wants are to be loaded from their beginning, for one
     * projection. One that was begun already goes on as it is.
     */
    public LoadState beginning(String backfill, Collection<TableName> backfilled, String projection) {
        if (backfills.contains(backfill)) {
            return this;
        }
        LoadStateChange next = new LoadStateChange(this);
        for (TableName table : backfilled) {
            if (tables.containsKey(table)) {
                next.request(table, projection, backfill);
                next.tables.put(table, TableLoad.PENDING);
            }
        }
        next.backfills.add(backfill);
        next.restart(true);
        return next.state();
    }

    /**
     * The same with a backfill left as it is: tables that were loaded for its sake only are not loaded any more. What another
     * backfill, a first load or a gap needs goes on.
     */
    public LoadState leaving(String backfill, Collection<TableName> backfilled, String projection) {
        LoadStateChange next = new LoadStateChange(this);
        for (TableName table : backfilled) {
            if (wants(table)) {
                next.withdraw(table, projection, backfill);
            }
        }
        next.backfills.remove(backfill);
        next.restart(!next.readers.equals(readers));
        return next.state();
    }

    /** The same with a backfill forgotten. */
    public LoadState without(String backfill) {
        LoadStateChange next = new LoadStateChange(this);
        next.backfills.remove(backfill);
        return next.state();
    }

    /** The same with another progress, and with the results of the tables that this target wanted. */
    public LoadState advance(@Nullable String newProgress, long newStep, Map<TableName, TableLoad> results) {
        SortedMap<TableName, TableLoad> all = new TreeMap<>(tables);
        results.forEach((table, result) -> all.computeIfPresent(table, (t, old) -> old.isDone() ? old : result));
        SortedMap<TableName, Map<String, LoadKind>> chosen = new TreeMap<>(readers);
        chosen.keySet().removeIf(table -> isDone(all, table));
        SortedMap<TableName, Map<String, Set<String>>> requested = new TreeMap<>(requests);
        requested.keySet().removeIf(table -> isDone(all, table));
        return new LoadState(newProgress, newStep, all, filled, chosen, backfills, requested, relations);
    }

    private static boolean isDone(Map<TableName, TableLoad> all, TableName table) {
        return all.getOrDefault(table, TableLoad.SKIPPED).isDone();
    }

    /** The same with loads that seemed to end well marked as failed, for those they were begun for. */
    public LoadState failed(Collection<TableName> incomplete, LoadState before) {
        LoadStateChange next = new LoadStateChange(this);
        for (TableName table : incomplete) {
            next.tables.put(table, TableLoad.FAILED);
            if (before.readers.containsKey(table)) {
                next.readers.put(table, before.readers.get(table));
            }
            if (before.requests.containsKey(table)) {
                next.requests.put(table, before.requests.get(table));
            }
        }
        return next.state();
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
