package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link SetProjection}. Not thread-safe. {@link #key} and {@link #member} must be called.
 *
 * @param <T> how rows are shown
 */
public final class SetProjectionBuilder<T> extends PlaceProjectionBuilder<T, SetProjectionBuilder<T>> {
    private @Nullable String member;

    SetProjectionBuilder(SourceTable<T> table) {
        super(table);
    }

    @Override
    SetProjectionBuilder<T> self() {
        return this;
    }

    /**
     * The Redis key of the set that a row is in, with any columns of the record or of the table's key in braces; written as
     * {@link EntryProjectionBuilder#key(String)}.
     */
    public SetProjectionBuilder<T> key(String template) {
        return place(template);
    }

    /**
     * What a row is in the set, with all columns of the table's key in braces and no other, so that each row is a member of its own.
     * If the keys of rows of several shards can be equal, {@code {shard}} must be named.
     */
    public SetProjectionBuilder<T> member(String template) {
        template(template);
        this.member = template;
        return this;
    }

    /** @throws IllegalStateException if something is missing */
    public SetProjection build() {
        if (member == null) {
            throw lacking("member(...)");
        }
        return new SetProjection(options("key(...)", " with " + member), template(member));
    }
}
