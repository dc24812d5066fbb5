package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import java.util.function.ToLongFunction;

/**
 * Builds a {@link CounterProjection}. Not thread-safe. {@link #by} must be called.
 *
 * @param <T> how rows are shown
 */
public final class CounterProjectionBuilder<T> extends PlaceProjectionBuilder<T, CounterProjectionBuilder<T>> {
    private final ToLongFunction<? super T> amount;
    private final boolean isCount;

    CounterProjectionBuilder(SourceTable<T> table, ToLongFunction<? super T> amount, boolean isCount) {
        super(table);
        this.amount = amount;
        this.isCount = isCount;
    }

    @Override
    CounterProjectionBuilder<T> self() {
        return this;
    }

    /**
     * The Redis key of the counter that a row is counted by, with any columns of the record or of the table's key in braces, or none;
     * written as {@link EntryProjectionBuilder#key(String)}.
     */
    public CounterProjectionBuilder<T> by(String template) {
        return place(template);
    }

    /** @throws IllegalStateException if {@link #by} was not called */
    public CounterProjection build() {
        return new CounterProjection(options("by(...)", ""), amount, isCount);
    }
}
