package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link CacheProjection}. Not thread-safe. {@link #key(String)} must be called.
 *
 * @param <T> how rows are shown
 * @param <V> what is stored
 */
public final class CacheProjectionBuilder<T, V> extends EntryProjectionBuilder<T, CacheProjectionBuilder<T, V>> {
    private final Function<? super T, ? extends @Nullable V> value;
    private CacheCodec<V> codec;

    CacheProjectionBuilder(
            SourceTable<T> table, Function<? super T, ? extends @Nullable V> value, CacheCodec<V> codec) {
        super(table);
        this.value = value;
        this.codec = codec;
    }

    private CacheProjectionBuilder(
            CacheProjectionBuilder<T, ?> other, Function<? super T, ? extends @Nullable V> value, CacheCodec<V> codec) {
        super(other);
        this.value = value;
        this.codec = codec;
    }

    @Override
    CacheProjectionBuilder<T, V> self() {
        return this;
    }

    /**
     * Stores something else than the row, as JSON.
     *
     * @param mapping called by all shards; a row for which it gives null has no entry
     * @param type what it gives
     */
    public <W> CacheProjectionBuilder<T, W> map(Function<? super T, ? extends @Nullable W> mapping, Class<W> type) {
        return map(mapping, JsonCodec.of(type));
    }

    /** The same, stored in another way. */
    public <W> CacheProjectionBuilder<T, W> map(
            Function<? super T, ? extends @Nullable W> mapping, CacheCodec<W> valueCodec) {
        Objects.requireNonNull(mapping, "mapping");
        return new CacheProjectionBuilder<>(this, mapping, Objects.requireNonNull(valueCodec, "valueCodec"));
    }

    /** How values are stored. Default: as JSON, see {@link JsonCodec}. */
    public CacheProjectionBuilder<T, V> codec(CacheCodec<V> valueCodec) {
        this.codec = Objects.requireNonNull(valueCodec, "valueCodec");
        return this;
    }

    /** @throws IllegalStateException if {@link #key(String)} was not called, or a name is needed */
    public CacheProjection<V> build() {
        return CacheProjection.of(options(), value, codec);
    }
}
