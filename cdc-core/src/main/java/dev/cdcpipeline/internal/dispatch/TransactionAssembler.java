package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.dispatch.StreamEvent.Kind;
import dev.cdcpipeline.offset.TableLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the stream's records together to whole source transactions, in commit order, and gives every change its position.
 * One instance serves one engine run and is thrown away with it; used by the engine's thread only.
 *
 * <p>What it relies on and why is in docs/decisions/0002-boundaries-and-assembly.md. In short: a transaction is complete as
 * soon as any record has a larger base, not only at its END; the connector restarts inside the engine and delivers again
 * without telling, so that a jump back throws away what is held, always; rows read by a load are neither held nor counted.
 */
public final class TransactionAssembler {
    private final AssemblerLimits limits;
    private final BoundaryFormat boundaryFormat;
    private final Function<TableName, TableLoad> loadResult;
    private final StreamCounts counts;

    private boolean open;
    private long openBase;
    private long openTransaction;
    private long openMicros;
    private boolean openHadRows;
    private boolean openInPieces;
    private final List<RowChange> held = new ArrayList<>();
    private long heldBytes;
    private @Nullable Position cursor;
    private long seenBase;

    private List<Change<Row>> ready = new ArrayList<>();
    private Map<TableName, TableLoad> loadResults = new HashMap<>();
    private Position accepted;
    private long boundary;
    private String boundaryText;
    private long boundaryTransaction;
    private long boundaryMicros;
    private @Nullable LoadMark load;
    private long loadStep;

    public TransactionAssembler(
            AssemblerStart start,
            AssemblerLimits limits,
            BoundaryFormat boundaryFormat,
            Function<TableName, TableLoad> loadResult,
            StreamCounts counts) {
        this.limits = limits;
        this.boundaryFormat = boundaryFormat;
        this.loadResult = loadResult;
        this.counts = counts;
        this.accepted = start.position();
        this.boundary = start.position().base();
        this.boundaryText = start.boundary();
        this.boundaryTransaction = start.boundaryTransaction();
        this.load = start.load();
        this.loadStep = start.loadStep();
    }

    /**
     * Takes the next record.
     *
     * @throws IllegalStateException if a row comes outside of a transaction, which this version of Debezium never does
     */
    public void accept(StreamEvent event) {
        if (wentBack(event)) {
            counts.wentBack(held.size());
            dropOpen();
        }
        seenBase = event.base();
        if (open && after(event.base(), openBase)) {
            complete(event.kind());
        }
        take(event);
        moveBoundary(event);
        moveLoad(event.load());
    }

    private boolean wentBack(StreamEvent event) {
        if (after(seenBase, event.base())) {
            return true;
        }
        return open
                && event.base() == openBase
                && (event.kind() == Kind.BEGIN || event.transactionId() != openTransaction);
    }

    private void dropOpen() {
        held.clear();
        heldBytes = 0;
        open = false;
        cursor = null;
    }

    private void complete(Kind by) {
        if (openHadRows) {
            counts.completed(by == Kind.HEARTBEAT, openInPieces);
        }
        boundaryTransaction = openTransaction;
        boundaryMicros = openMicros;
        ready.addAll(held);
        dropOpen();
    }

    private void take(StreamEvent event) {
        switch (event.kind()) {
            case BEGIN -> {
                open = true;
                openBase = event.base();
                openTransaction = event.transactionId();
                openMicros = event.commitMicros();
                openHadRows = false;
                // A piece may be applied already: before a jump back, or before this run.
                openInPieces = accepted.compareTo(Position.boundary(event.base())) > 0;
                cursor = null;
            }
            case ROW -> takeRow(event);
            case READ -> {
                RowChange row = java.util.Objects.requireNonNull(event.change());
                row.place(Position.boundary(event.base()));
                counts.read(row.operation());
                ready.add(row);
            }
            case END, HEARTBEAT -> {
                // They carry the stream forward; what they complete was completed above.
            }
        }
    }

    private void takeRow(StreamEvent event) {
        RowChange row = java.util.Objects.requireNonNull(event.change());
        if (!open) {
            throw new IllegalStateException("a row came outside of a transaction: " + row
                    + "; the stream cannot be trusted, so the engine is started again from the stored boundary");
        }
        boolean sameGroup = cursor != null && cursor.base() == event.base() && cursor.offset() == row.offset();
        Position position = new Position(event.base(), row.offset(), sameGroup ? cursor.ordinal() + 1 : 0);
        cursor = position;
        openHadRows = true;
        counts.read(row.operation());
        if (position.compareTo(accepted) > 0) {
            row.place(position);
            held.add(row);
            heldBytes += row.estimatedBytes();
        } else {
            counts.skipped();
        }
    }

    private void moveBoundary(StreamEvent event) {
        if (!after(event.base(), boundary)) {
            return;
        }
        if (event.kind() == Kind.END || event.kind() == Kind.HEARTBEAT) {
            boundaryTransaction = event.transactionId() == 0 ? boundaryTransaction : event.transactionId();
            boundaryMicros = event.commitMicros();
        }
        boundary = event.base();
        boundaryText = boundaryFormat.boundary(boundary, boundaryTransaction, boundaryMicros);
        accepted = Position.max(accepted, Position.boundary(boundary));
    }

    private void moveLoad(@Nullable LoadMark seen) {
        if (seen == load || (seen == null && load == null)) {
            return;
        }
        LoadMark merged = seen == null ? null : seen.mergedWith(load);
        if (load != null) {
            List<TableName> remaining = merged == null ? List.of() : merged.remaining();
            for (TableName table : load.remaining()) {
                if (!remaining.contains(table)) {
                    loadResults.put(table, loadResult.apply(table));
                }
            }
        }
        if (merged != load) {
            loadStep++;
        }
        load = merged;
    }

    /** Ends a batch of the engine: what may be applied now. Calling it again without new records gives an empty delivery. */
    public Delivery endOfBatch() {
        if (held.size() >= limits.maxRows() || heldBytes >= limits.maxBytes()) {
            passOnPiece();
        }
        Delivery delivery = new Delivery(
                ready, boundaryText, accepted, load, loadStep, loadResults, boundaryMicros, open && openInPieces);
        ready = new ArrayList<>();
        loadResults = new HashMap<>();
        return delivery;
    }

    /**
     * The two halves of an update of the key stay together: a target can keep large values that the create leaves out only
     * while it still has the row that the delete takes away.
     */
    private void passOnPiece() {
        int last = held.size() - 1;
        int size = held.get(last).isFirstHalf() ? last : last + 1;
        if (size == 0) {
            return;
        }
        List<RowChange> piece = held.subList(0, size);
        accepted = piece.get(size - 1).position();
        ready.addAll(piece);
        piece.clear();
        heldBytes = held.stream().mapToLong(RowChange::estimatedBytes).sum();
        openInPieces = true;
    }

    private static boolean after(long a, long b) {
        return Long.compareUnsigned(a, b) > 0;
    }
}
