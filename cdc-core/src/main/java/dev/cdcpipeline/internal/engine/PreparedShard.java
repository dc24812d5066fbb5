package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.dispatch.AssemblerStart;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.postgres.SnapshotSlot;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.Relations;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything an engine run needs, checked and claimed. Closing it gives the targets' sessions back.
 *
 * @param columns the captured tables, and what the projections read of them
 * @param relations which captured table a relation of the stream is
 * @param sessions one for each target, each with an offset
 * @param load what the run loads beside the stream
 * @param snapshot the slot that the connector is to make together with a snapshot; null if the run streams
 * @param streamFirstTo where a run ends that lets the stream go ahead of a load; 0 for any other
 * @param rest what else is given back when it is closed
 */
record PreparedShard(
        CapturedTables columns,
        Relations relations,
        List<Session> sessions,
        LoadPlan load,
        @Nullable SnapshotSlot snapshot,
        long streamFirstTo,
        Runnable rest)
        implements AutoCloseable {
    private static final long NOWHERE = 0;

    /** For a run that streams. */
    PreparedShard(CapturedTables columns, Relations relations, List<Session> sessions, LoadPlan load) {
        this(columns, relations, sessions, load, null, NOWHERE, () -> {});
    }

    /** For a run in which the connector makes the slot and a snapshot. */
    PreparedShard(CapturedTables columns, Relations relations, List<Session> sessions, SnapshotSlot snapshot) {
        this(columns, relations, sessions, LoadPlan.none(sessions), snapshot, NOWHERE, () -> {});
    }

    /** The same without its load, which begins when the stream has come to this place of the source's log. */
    PreparedShard streamingFirstTo(long lsn) {
        return new PreparedShard(columns, relations, sessions, LoadPlan.none(sessions), snapshot, lsn, rest);
    }

    /** The same with something more to be given back. */
    PreparedShard with(Runnable more) {
        return new PreparedShard(columns, relations, sessions, load, snapshot, streamFirstTo, more);
    }

    /** Whether the load waits for the stream. */
    boolean streamsFirst() {
        return streamFirstTo != NOWHERE;
    }

    AssemblerStart start() {
        Offset behind = Session.furthestBehind(sessions);
        return new AssemblerStart(
                behind.boundary(),
                BoundaryText.transactionId(behind.boundary()),
                behind.position(),
                load.mark(),
                load.step());
    }

    String engineOffset() {
        return BoundaryText.engineOffset(
                Session.furthestBehind(sessions).boundary(),
                load.mark() == null ? null : load.mark().text());
    }

    /** Tables of which every row is read, while the stream has yet to come past them. */
    Set<TableName> catchingUp() {
        return sessions.stream()
                .flatMap(session -> session.offset().load().tables().entrySet().stream())
                .filter(table -> table.getValue() == TableLoad.CATCHING_UP)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        sessions.forEach(session -> session.target().close());
        rest.run();
    }
}
