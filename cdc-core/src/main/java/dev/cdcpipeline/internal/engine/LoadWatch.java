package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.monitor.LoadProgress;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** How the loads of a shard's tables go, over all its targets. Thread-safe. */
final class LoadWatch {
    private final AppliedCounts applied;
    private final Map<TableName, Long> estimatedRows = new ConcurrentHashMap<>();
    private final Map<String, LoadState> byTarget = new ConcurrentHashMap<>();
    private final Map<TableName, LoadProgress> last = new ConcurrentHashMap<>();
    private final Set<TableName> begun = ConcurrentHashMap.newKeySet();
    private volatile boolean wasLoading;

    LoadWatch(AppliedCounts applied) {
        this.applied = applied;
    }

    void estimated(TableName table, long rows) {
        estimatedRows.put(table, rows);
    }

    /** Takes a target's new state; what has changed with it. */
    List<LoadProgress> update(String target, LoadState state) {
        if (state.equals(byTarget.get(target)) && !isLoading()) {
            return List.of();
        }
        byTarget.put(target, state);
        wasLoading |= isLoading();
        List<LoadProgress> changed = new ArrayList<>();
        for (LoadProgress now : progress()) {
            LoadProgress before = last.put(now.table(), now);
            if (!now.equals(before)) {
                changed.add(now);
            }
            if (now.load().isUnread() && (before == null || !before.load().isUnread())) {
                begun.add(now.table());
            }
        }
        return changed;
    }

    boolean isLoading() {
        return byTarget.values().stream()
                .flatMap(state -> state.tables().values().stream())
                .anyMatch(load -> !load.isDone());
    }

    /** Whether rows of some table are still to be read. */
    boolean isReading() {
        return byTarget.values().stream()
                .flatMap(state -> state.tables().values().stream())
                .anyMatch(TableLoad::isUnread);
    }

    /** Whether a target has begun a backfill and come to the end of its tables. */
    boolean isDone(String target, String backfill, Collection<TableName> tables) {
        LoadState state = byTarget.get(target);
        return state != null && state.backfills().contains(backfill) && ShardBackfills.isDone(state, tables);
    }

    /** Tables of which a load has begun since this was asked for the last time. */
    Set<TableName> takeBegun() {
        Set<TableName> taken = Set.copyOf(begun);
        begun.removeAll(taken);
        return taken;
    }

    /** Whether the last table has ended since this was asked for the last time. */
    boolean hasJustEnded() {
        boolean ended = wasLoading && !isLoading();
        wasLoading &= !ended;
        return ended;
    }

    /** What is left to do counts more than what is done, and that more than what one target did not ask for. */
    private static TableLoad ofBoth(TableLoad a, TableLoad b) {
        return !a.isDone() || b == TableLoad.SKIPPED ? a : b;
    }

    List<LoadProgress> progress() {
        Map<TableName, TableLoad> byTable = new TreeMap<>();
        byTarget.values()
                .forEach(state ->
                        state.tables().forEach((table, load) -> byTable.merge(table, load, LoadWatch::ofBoth)));
        return byTable.entrySet().stream()
                .filter(entry -> entry.getValue() != TableLoad.SKIPPED)
                .map(entry -> new LoadProgress(
                        entry.getKey(),
                        entry.getValue(),
                        applied.read(entry.getKey()),
                        estimatedRows.getOrDefault(entry.getKey(), -1L)))
                .toList();
    }
}
