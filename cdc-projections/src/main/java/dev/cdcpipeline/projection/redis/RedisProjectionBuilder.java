package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of every projection. Not thread-safe.
 *
 * @param <T> how rows are shown
 * @param <B> the builder
 */
public abstract sealed class RedisProjectionBuilder<T, B extends RedisProjectionBuilder<T, B>>
        permits EntryProjectionBuilder, PlaceProjectionBuilder {
    private final SourceTable<T> table;
    private String prefix = "";
    private @Nullable String name;
    private Predicate<? super T> filter = shown -> true;

    RedisProjectionBuilder(SourceTable<T> table) {
        this.table = Objects.requireNonNull(table, "table");
    }

    RedisProjectionBuilder(RedisProjectionBuilder<T, ?> other) {
        this.table = other.table;
        this.prefix = other.prefix;
        this.name = other.name;
        this.filter = other.filter;
    }

    abstract B self();

    /**
     * What every Redis key begins with, as it is: {@code v2:}. With another prefix the same projection is another one, which is loaded
     * beside the former; that one is given up by {@link RedisTarget#drop} once nobody reads it. Default: nothing.
     */
    public B prefix(String text) {
        this.prefix = Objects.requireNonNull(text, "text");
        return self();
    }

    /**
     * The projection's name, see {@link RedisProjection#name()}. Default: prefix and templates, as they are written. Under a name that
     * was there before nothing is loaded again, and what was written under other keys stays there.
     */
    public B named(String projectionName) {
        this.name = Objects.requireNonNull(projectionName, "projectionName");
        return self();
    }

    /** Which rows are in Redis; one that does not pass any more is removed. Called by all shards. Default: all. */
    public B filter(Predicate<? super T> passes) {
        this.filter = Objects.requireNonNull(passes, "passes");
        return self();
    }

    SourceTable<T> table() {
        return table.rereadUnchanged();
    }

    String prefix() {
        return prefix;
    }

    @Nullable
    String name() {
        return name;
    }

    Predicate<? super T> filter() {
        return filter;
    }

    KeyTemplate template(String text) {
        return KeyTemplate.parse(text, table.name());
    }

    IllegalStateException lacking(String what) {
        return new IllegalStateException("the projection of " + table.name() + " lacks " + what);
    }
}
