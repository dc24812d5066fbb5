package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.decode.IncrementalLoadMark;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.offset.LoadState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which load an engine run begins with: none, the one that was interrupted, or a new one of every table that any target still
 * waits for. A load is never started on a running engine: a signal races the streaming thread and can skip a table.
 *
 * @param mark what the stored boundary is seeded with; null for none
 * @param step its step
 */
record LoadPlan(@Nullable IncrementalLoadMark mark, long step) {

    private record Stored(IncrementalLoadMark mark, long step) {}

    static LoadPlan of(List<Session> sessions) {
        SortedSet<TableName> pending = new TreeSet<>();
        List<Stored> stored = new ArrayList<>();
        long highest = 0;
        for (Session session : sessions) {
            LoadState load = session.offset().load();
            pending.addAll(load.pending());
            highest = Math.max(highest, load.step());
            if (load.progress() != null && !load.pending().isEmpty()) {
                stored.add(new Stored(IncrementalLoadMark.parse(load.progress()), load.step()));
            }
        }
        if (pending.isEmpty()) {
            return new LoadPlan(null, highest);
        }
        return stored.stream()
                .min(Comparator.comparingLong(Stored::step))
                .filter(behind -> canResume(behind.mark, stored, pending))
                .map(behind -> new LoadPlan(behind.mark, behind.step))
                .orElse(new LoadPlan(
                        IncrementalLoadMark.seed(
                                List.copyOf(pending), UUID.randomUUID().toString()),
                        highest + 1));
    }

    /** Targets of the same load differ only in how far they are: the one that is behind says where to go on. */
    private static boolean canResume(IncrementalLoadMark mark, List<Stored> stored, SortedSet<TableName> pending) {
        return pending.containsAll(mark.remaining())
                && stored.stream().allMatch(other -> Objects.equals(other.mark.correlationId(), mark.correlationId()));
    }
}
