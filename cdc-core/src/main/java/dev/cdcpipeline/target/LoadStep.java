package dev.cdcpipeline.target;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import java.util.List;
import java.util.Optional;

/**
 * What a move of the offset does to the loads of tables: which begin, which end well, which are left. For sessions, which make
 * room before a load's rows come and remove after its end what did not come again. Immutable; made for one batch.
 */
public final class LoadStep {
    private final LoadState before;
    private final LoadState after;

    private LoadStep(LoadState before, LoadState after) {
        this.before = before;
        this.after = after;
    }

    /**
     * @param from where the target stands before the batch; empty if it was never told where to begin
     * @param to the offset that comes with the batch
     */
    public static LoadStep of(Optional<Offset> from, Offset to) {
        return new LoadStep(from.map(Offset::load).orElse(LoadState.none()), to.load());
    }

    /** The state that the target has before the batch. */
    public LoadState before() {
        return before;
    }

    /** False for every batch of normal streaming, which hands the same state on: then nothing begins or ends. */
    public boolean mayChangeLoads() {
        return before != after;
    }

    /** What a load does in this batch; also when the batch is its last. */
    public Optional<LoadKind> loads(TableName table, String projection) {
        Optional<LoadKind> now = after.loads(table, projection);
        return now.isPresent() ? now : before.loads(table, projection);
    }

    /**
     * The load that begins or, because what was read before counts no more, begins anew. One that is only repeated from its
     * beginning, after a crash or because rows were missing, does neither: the stream has come without a gap.
     */
    public Optional<LoadKind> begins(TableName table, String projection) {
        Optional<LoadKind> now = after.loads(table, projection);
        boolean isSame = now.isEmpty() || now.equals(before.loads(table, projection));
        return isSame && !isAskedForAnew(table) ? Optional.empty() : now;
    }

    private boolean isAskedForAnew(TableName table) {
        boolean waits = after.tables().get(table) == TableLoad.PENDING && after.progress() == null;
        boolean waitedBefore = before.tables().get(table) == TableLoad.PENDING && before.progress() == null;
        return waits && !(waitedBefore && before.step() == after.step());
    }

    /** Tables whose load ends well. */
    public List<TableName> done() {
        return before.pending().stream().filter(this::isDone).toList();
    }

    /** The load that ends well. */
    public Optional<LoadKind> ends(TableName table, String projection) {
        return isDone(table) ? before.loads(table, projection) : Optional.empty();
    }

    /** The load that is given up for good. */
    public Optional<LoadKind> leaves(TableName table, String projection) {
        return isDone(table) || after.loads(table, projection).isPresent()
                ? Optional.empty()
                : before.loads(table, projection);
    }

    private boolean isDone(TableName table) {
        TableLoad load = after.tables().get(table);
        return load == TableLoad.SUCCEEDED || load == TableLoad.EMPTY;
    }
}
