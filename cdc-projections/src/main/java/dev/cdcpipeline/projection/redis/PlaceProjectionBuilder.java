package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import org.jspecify.annotations.Nullable;

/**
 * What can be said of projections whose rows are at places that depend on more than their keys. Not thread-safe.
 *
 * @param <T> how rows are shown
 * @param <B> the builder
 */
public abstract sealed class PlaceProjectionBuilder<T, B extends PlaceProjectionBuilder<T, B>>
        extends RedisProjectionBuilder<T, B>
        permits SetProjectionBuilder, SortedSetProjectionBuilder, CounterProjectionBuilder {
    private @Nullable String place;

    PlaceProjectionBuilder(SourceTable<T> table) {
        super(table);
    }

    B place(String template) {
        template(template);
        this.place = template;
        return self();
    }

    /**
     * @param call what gives the place, for messages
     * @param suffix what the name has beside the place
     */
    PlaceOptions<T> options(String call, String suffix) {
        if (place == null) {
            throw lacking(call);
        }
        String name = name();
        return new PlaceOptions<>(
                name == null ? prefix() + place + suffix : name,
                table(),
                template(place).prefixed(prefix()),
                filter());
    }
}
