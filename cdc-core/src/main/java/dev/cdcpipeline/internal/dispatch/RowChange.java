package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A change as it comes from the stream. The decoder knows all but its ordinal; the assembler gives it its position, once,
 * before anyone else sees it.
 */
public final class RowChange implements Change<Row> {

    /** What the decoder knows of the record around the rows. */
    public record Origin(String shard, long offset, long transactionId, long commitMicros) {}

    private final Operation operation;
    private final TableName table;
    private final @Nullable Row key;
    private final @Nullable Row before;
    private final @Nullable Row after;
    private final @Nullable Row previousKey;
    private final Origin origin;
    private final int estimatedBytes;
    private Position position = Position.boundary(0);
    private boolean firstHalf;

    public RowChange(
            Operation operation,
            TableName table,
            @Nullable Row key,
            @Nullable Row previousKey,
            @Nullable Row before,
            @Nullable Row after,
            Origin origin,
            int estimatedBytes) {
        this.operation = operation;
        this.table = table;
        this.key = key;
        this.previousKey = previousKey;
        this.before = before;
        this.after = after;
        this.origin = origin;
        this.estimatedBytes = estimatedBytes;
    }

    /** Where the change itself stands, the middle part of its position. */
    long offset() {
        return origin.offset;
    }

    /** About how much memory it holds. */
    int estimatedBytes() {
        return estimatedBytes;
    }

    /** Says that this delete is the first half of an update of the key; the create comes next. */
    public RowChange asFirstHalf() {
        firstHalf = true;
        return this;
    }

    boolean isFirstHalf() {
        return firstHalf;
    }

    void place(Position newPosition) {
        this.position = newPosition;
    }

    @Override
    public Operation operation() {
        return operation;
    }

    @Override
    public TableName table() {
        return table;
    }

    @Override
    public @Nullable Row key() {
        return key;
    }

    @Override
    public @Nullable Row before() {
        return before;
    }

    @Override
    public @Nullable Row after() {
        return after;
    }

    @Override
    public @Nullable Row previousKey() {
        return previousKey;
    }

    @Override
    public boolean isUnchanged(String column) {
        if (after == null) {
            return false;
        }
        int index = after.layout().indexOf(column);
        if (index < 0) {
            throw new IllegalArgumentException(table + " has no column '" + column + "'");
        }
        return after.isUnchanged(index);
    }

    @Override
    public ChangeSource source() {
        return new ChangeSource(
                origin.shard,
                table,
                origin.transactionId,
                Instant.EPOCH.plus(origin.commitMicros, ChronoUnit.MICROS),
                position);
    }

    @Override
    public Position position() {
        return position;
    }

    /** Operation, table and position; never a value of the row. */
    @Override
    public String toString() {
        return operation + " " + table + " at " + position;
    }
}
