package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.TableName;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The next {@link LoadState} while it is made: who reads what, and for whose sake. */
final class LoadStateChange {
    private final LoadState before;
    private @Nullable String progress;
    private SortedMap<TableName, Map<String, Set<String>>> filled;
    long step;
    final SortedMap<TableName, TableLoad> tables;
    final SortedMap<TableName, Map<String, LoadKind>> readers;
    final SortedMap<TableName, Map<String, Set<String>>> requests;
    final SortedMap<TableName, Long> relations;
    final SortedSet<String> backfills;

    LoadStateChange(LoadState before) {
        this.before = before;
        this.progress = before.progress();
        this.step = before.step();
        this.tables = new TreeMap<>(before.tables());
        this.filled = before.filled();
        this.readers = new TreeMap<>(before.readers());
        this.requests = new TreeMap<>(before.requests());
        this.relations = new TreeMap<>(before.relations());
        this.backfills = new TreeSet<>(before.backfills());
    }

    /** Forgets tables and projections that are not wanted; a load that nobody is left for is not needed. */
    void keepOnly(Map<TableName, Map<String, Set<String>>> wanted) {
        filled = new TreeMap<>(wanted);
        tables.keySet().retainAll(wanted.keySet());
        relations.keySet().retainAll(wanted.keySet());
        requests.keySet().retainAll(wanted.keySet());
        readers.keySet().retainAll(wanted.keySet());
        for (TableName table : Set.copyOf(readers.keySet())) {
            for (String projection : Set.copyOf(readers.get(table).keySet())) {
                if (!wanted.get(table).containsKey(projection)) {
                    remove(requests, table, projection);
                    dismiss(table, projection);
                }
            }
        }
    }

    /** A projection needs a table. */
    void read(TableName table, String projection, LoadKind kind) {
        remove(requests, table, projection);
        Map<String, LoadKind> ofTable = readersOf(table);
        ofTable.merge(projection, kind, (a, b) -> a == LoadKind.REPLACE ? a : b);
        readers.put(table, ofTable);
    }

    /** Every projection needs a table as it is at the source, and nothing else. */
    void replace(TableName table) {
        filled.getOrDefault(table, Map.of()).keySet().forEach(projection -> read(table, projection, LoadKind.REPLACE));
        tables.put(table, TableLoad.PENDING);
    }

    /** The same of a table that is another relation now. */
    void replace(TableName table, long relation) {
        replace(table);
        relations.put(table, relation);
    }

    /** A backfill, or the projection itself, asks for a table. If it is loaded for the projection anyway, it stays as needed as it was. */
    void request(TableName table, String projection, String backfill) {
        Map<String, Set<String>> requested = new TreeMap<>(requests.getOrDefault(table, Map.of()));
        Map<String, LoadKind> ofTable = readersOf(table);
        Set<String> ids = new TreeSet<>(requested.getOrDefault(projection, Set.of()));
        if (!ofTable.containsKey(projection) || !ids.isEmpty()) {
            ids.add(backfill);
            requested.put(projection, ids);
            requests.put(table, requested);
        }
        ofTable.put(projection, LoadKind.REPLACE);
        readers.put(table, ofTable);
    }

    /** A backfill asks for a table no longer. */
    void withdraw(TableName table, String projection, String backfill) {
        Set<String> ids = new TreeSet<>(requests.getOrDefault(table, Map.of()).getOrDefault(projection, Set.of()));
        if (!ids.remove(backfill)) {
            return;
        }
        remove(requests, table, projection);
        if (ids.isEmpty()) {
            dismiss(table, projection);
        } else {
            Map<String, Set<String>> requested = new TreeMap<>(requests.getOrDefault(table, Map.of()));
            requested.put(projection, ids);
            requests.put(table, requested);
        }
    }

    /** The table is not loaded for this projection any more. */
    private void dismiss(TableName table, String projection) {
        remove(readers, table, projection);
        if (!readers.containsKey(table)) {
            tables.put(table, TableLoad.SKIPPED);
        }
    }

    private static <V> void remove(SortedMap<TableName, Map<String, V>> byTable, TableName table, String projection) {
        Map<String, V> left = new TreeMap<>(byTable.getOrDefault(table, Map.of()));
        left.remove(projection);
        if (left.isEmpty()) {
            byTable.remove(table);
        } else {
            byTable.put(table, left);
        }
    }

    /** For whom a table is loaded now, by name. */
    private Map<String, LoadKind> readersOf(TableName table) {
        Map<String, LoadKind> named = readers.get(table);
        if (named != null) {
            return new TreeMap<>(named);
        }
        Map<String, LoadKind> everybody = new TreeMap<>();
        if (before.wants(table)) {
            before.filled()
                    .getOrDefault(table, Map.of())
                    .keySet()
                    .forEach(projection -> everybody.put(projection, LoadKind.FILL));
            everybody.keySet().retainAll(filled.getOrDefault(table, Map.of()).keySet());
        }
        return everybody;
    }

    /** The running load is left, so that unread tables are read from their beginning. */
    void restart(boolean needed) {
        if (needed) {
            progress = null;
        }
    }

    LoadState state() {
        return new LoadState(progress, step, tables, filled, readers, backfills, requests, relations);
    }
}
