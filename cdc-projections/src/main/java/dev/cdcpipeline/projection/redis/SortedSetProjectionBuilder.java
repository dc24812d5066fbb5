package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link SortedSetProjection}. Not thread-safe. {@link #key}, {@link #member} and {@code score} must be called.
 *
 * @param <T> how rows are shown
 */
public final class SortedSetProjectionBuilder<T> extends PlaceProjectionBuilder<T, SortedSetProjectionBuilder<T>> {
    private @Nullable String member;
    private SortedSetProjection.@Nullable RowScore<T> score;
    private @Nullable String scoreColumn;

    SortedSetProjectionBuilder(SourceTable<T> table) {
        super(table);
    }

    @Override
    SortedSetProjectionBuilder<T> self() {
        return this;
    }

    /** The Redis key of the sorted set that a row is in, as for {@link SetProjectionBuilder#key}. */
    public SortedSetProjectionBuilder<T> key(String template) {
        return place(template);
    }

    /** What a row is in it, as for {@link SetProjectionBuilder#member}. */
    public SortedSetProjectionBuilder<T> member(String template) {
        template(template);
        this.member = template;
        return this;
    }

    /**
     * The column that is the score: a number; or a date, or a timestamp with or without time zone (taken as UTC), as milliseconds
     * since 1970 with microseconds as their fraction.
     */
    public SortedSetProjectionBuilder<T> score(String column) {
        this.scoreColumn = Objects.requireNonNull(column, "column");
        this.score = (shown, row) -> row.value(column);
        return this;
    }

    /**
     * The score as a function of the row.
     *
     * @param function called by all shards; gives a {@code Long}, {@code Double}, {@code BigDecimal} or another number, an
     *     {@code Instant} or another date or time as for {@link #score(String)}, or null for a row that is in no set
     */
    public SortedSetProjectionBuilder<T> score(Function<? super T, ? extends @Nullable Object> function) {
        Objects.requireNonNull(function, "function");
        this.scoreColumn = null;
        this.score = (shown, row) -> function.apply(shown);
        return this;
    }

    /** @throws IllegalStateException if something is missing */
    public SortedSetProjection build() {
        if (member == null) {
            throw lacking("member(...)");
        }
        if (score == null) {
            throw lacking("score(...)");
        }
        String suffix = " with " + member + (scoreColumn == null ? "" : " by " + scoreColumn);
        return new SortedSetProjection(options("key(...)", suffix), template(member), score, scoreColumn);
    }
}
