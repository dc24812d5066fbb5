package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.decode.IncrementalLoadMark;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.offset.LoadState;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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

    /** A target's part: the tables it must still read, and the load it was in when it last stored its offset. */
    private record Part(List<TableName> pending, @Nullable IncrementalLoadMark mark, long step) {

        static Part of(LoadState load) {
            return new Part(
                    load.unread(),
                    load.progress() == null ? null : IncrementalLoadMark.parse(load.progress()),
                    load.step());
        }

        boolean isInLoad() {
            return mark != null && !pending.isEmpty();
        }

        /** Whether it has had every row that went by before {@code behind}, of each table that it waits for. */
        boolean canGoOnFrom(IncrementalLoadMark behind) {
            if (mark != null && !pending.isEmpty() && !Objects.equals(mark.correlationId(), behind.correlationId())) {
                return false;
            }
            List<TableName> had = mark == null ? List.of() : mark.remaining();
            return pending.stream().allMatch(table -> !behind.remaining().contains(table) || had.contains(table));
        }
    }

    /** Nothing is loaded beside the stream. */
    static LoadPlan none(List<Session> sessions) {
        return new LoadPlan(null, highestStep(sessions));
    }

    /** The tables that the load reads. */
    Set<TableName> tables() {
        return mark == null ? Set.of() : Set.copyOf(mark.remaining());
    }

    private static long highestStep(List<Session> sessions) {
        return sessions.stream()
                .mapToLong(session -> session.offset().load().step())
                .max()
                .orElse(0);
    }

    static LoadPlan of(List<Session> sessions) {
        List<Part> parts = sessions.stream()
                .map(session -> Part.of(session.offset().load()))
                .toList();
        SortedSet<TableName> pending = new TreeSet<>();
        parts.forEach(part -> pending.addAll(part.pending));
        long highest = highestStep(sessions);
        if (pending.isEmpty()) {
            return new LoadPlan(null, highest);
        }
        Part behind = parts.stream()
                .filter(Part::isInLoad)
                .min(Comparator.comparingLong(Part::step))
                .orElse(null);
        if (behind != null && behind.mark != null && canResume(behind.mark, parts, pending)) {
            return new LoadPlan(behind.mark, behind.step);
        }
        return new LoadPlan(
                IncrementalLoadMark.seed(List.copyOf(pending), UUID.randomUUID().toString()), highest + 1);
    }

    /** Targets of the same load differ only in how far they are: the one that is behind says where to go on. */
    private static boolean canResume(IncrementalLoadMark behind, List<Part> parts, SortedSet<TableName> pending) {
        return pending.containsAll(behind.remaining()) && parts.stream().allMatch(part -> part.canGoOnFrom(behind));
    }
}
