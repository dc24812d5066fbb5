package dev.cdcpipeline.internal.dispatch;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.ChangeSource;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A change that shows values which it was sent without, as they were read again at the source. */
final class RereadChange implements Change<Row> {
    private final Change<Row> sent;
    private final Row after;
    private final Set<String> reread;

    /** @param reread the columns that were read again */
    RereadChange(Change<Row> sent, Row after, Set<String> reread) {
        this.sent = sent;
        this.after = after;
        this.reread = reread;
    }

    @Override
    public Row after() {
        return after;
    }

    @Override
    public boolean isUnchanged(String column) {
        return sent.isUnchanged(column) && !reread.contains(column);
    }

    @Override
    public boolean isReread(String column) {
        return reread.contains(column);
    }

    @Override
    public Change<Row> asSent() {
        return sent;
    }

    @Override
    public Operation operation() {
        return sent.operation();
    }

    @Override
    public TableName table() {
        return sent.table();
    }

    @Override
    public @Nullable Row key() {
        return sent.key();
    }

    @Override
    public @Nullable Row before() {
        return sent.before();
    }

    @Override
    public @Nullable Row previousKey() {
        return sent.previousKey();
    }

    @Override
    public ChangeSource source() {
        return sent.source();
    }

    @Override
    public Position position() {
        return sent.position();
    }

    @Override
    public String toString() {
        return sent.toString();
    }
}
