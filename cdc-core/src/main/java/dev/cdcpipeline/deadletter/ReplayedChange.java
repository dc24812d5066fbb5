package dev.cdcpipeline.deadletter;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.RowFactory;
import dev.cdcpipeline.change.TableName;
import org.jspecify.annotations.Nullable;

/** A change that was kept and comes again. */
final class ReplayedChange implements Change<Row> {
    private final LetterChange kept;
    private final @Nullable Row key;
    private final @Nullable Row previousKey;
    private final @Nullable Row before;
    private final @Nullable Row after;

    ReplayedChange(LetterChange kept, RowFactory rows) {
        this.kept = kept;
        this.key = row(kept.key(), rows);
        this.previousKey = row(kept.previousKey(), rows);
        this.before = row(kept.before(), rows);
        this.after = row(kept.after(), rows);
    }

    private static @Nullable Row row(@Nullable LetterRow row, RowFactory rows) {
        return row == null ? null : row.toRow(rows);
    }

    @Override
    public Operation operation() {
        return kept.operation();
    }

    @Override
    public TableName table() {
        return kept.source().table();
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
            throw new IllegalArgumentException(table() + " has no column '" + column + "'");
        }
        return after.isUnchanged(index);
    }

    @Override
    public boolean isReread(String column) {
        return kept.reread().contains(column);
    }

    @Override
    public ChangeSource source() {
        return kept.source();
    }

    @Override
    public Position position() {
        return kept.source().position();
    }

    @Override
    public String toString() {
        return kept.toString();
    }
}
