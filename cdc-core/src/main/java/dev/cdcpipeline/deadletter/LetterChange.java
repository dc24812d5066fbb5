package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowFactory;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A change as a dead letter keeps it.
 *
 * @param source shard, table, transaction, commit time and position
 * @param operation what was done to the row
 * @param key the row's key; null for a table without one, and for TRUNCATE
 * @param previousKey the key before, see {@link Change#previousKey()}
 * @param before the row as it was, if the source sent it
 * @param after the row as it came to be; null for a delete
 * @param reread columns of {@code after} that were read again at the source, see {@link Change#isReread}
 */
public record LetterChange(
        ChangeSource source,
        Operation operation,
        @Nullable LetterRow key,
        @Nullable LetterRow previousKey,
        @Nullable LetterRow before,
        @Nullable LetterRow after,
        Set<String> reread) {

    public LetterChange {
        reread = Set.copyOf(reread);
    }

    /** A change to be kept, as the projection was shown it. */
    public static LetterChange of(Change<Row> change) {
        Row after = change.after();
        Set<String> reread = new HashSet<>();
        if (after != null) {
            after.layout().columns().stream().filter(change::isReread).forEach(reread::add);
        }
        return new LetterChange(
                change.source(),
                change.operation(),
                kept(change.key()),
                kept(change.previousKey()),
                kept(change.before()),
                kept(after),
                reread);
    }

    private static @Nullable LetterRow kept(@Nullable Row row) {
        return row == null ? null : LetterRow.of(row);
    }

    /** The change as projections are shown it. */
    public Change<Row> toChange(RowFactory rows) {
        return new ReplayedChange(this, rows);
    }

    /** Operation, table and position; never a value of the row. */
    @Override
    public String toString() {
        return operation + " " + source.table() + " at " + source.position();
    }
}
