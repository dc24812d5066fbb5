package dev.cdcpipeline.change;

import org.jspecify.annotations.Nullable;

/** A change whose rows are shown as records, mapped at the first look. */
final class TypedChange<T> implements Change<T> {
    private final SourceTable<T> table;
    private final Change<Row> change;
    private @Nullable T before;
    private @Nullable T after;

    TypedChange(SourceTable<T> table, Change<Row> change) {
        this.table = table;
        this.change = change;
    }

    @Override
    public @Nullable T before() {
        Row row = change.before();
        if (before == null && row != null) {
            before = table.map(row);
        }
        return before;
    }

    @Override
    public @Nullable T after() {
        Row row = change.after();
        if (after == null && row != null) {
            after = table.map(row);
        }
        return after;
    }

    @Override
    public Operation operation() {
        return change.operation();
    }

    @Override
    public TableName table() {
        return change.table();
    }

    @Override
    public @Nullable Row key() {
        return change.key();
    }

    @Override
    public @Nullable Row previousKey() {
        return change.previousKey();
    }

    @Override
    public boolean isUnchanged(String column) {
        return change.isUnchanged(column);
    }

    @Override
    public boolean isReread(String column) {
        return change.isReread(column);
    }

    @Override
    public Change<T> asSent() {
        Change<Row> sent = change.asSent();
        return sent == change ? this : new TypedChange<>(table, sent);
    }

    @Override
    public ChangeSource source() {
        return change.source();
    }

    @Override
    public Position position() {
        return change.position();
    }

    @Override
    public String toString() {
        return change.toString();
    }
}
