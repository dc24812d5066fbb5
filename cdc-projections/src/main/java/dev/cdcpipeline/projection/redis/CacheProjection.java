package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a Redis string for each row of a table: by default its record as JSON, so that {@code GET order:1} gives
 * {@code {"id":1,"customer":"Ann", ...}} to any client.
 *
 * <pre>{@code
 * CacheProjection.from(orders).key("order:{id}").ttl(Duration.ofMinutes(10)).jitter(0.1).build()
 * }</pre>
 *
 * <p>A delete removes the entry, a change of the row's key moves it, a TRUNCATE removes those of its shard, and a load that replaces
 * what is there removes those that the source does not have. Large values that an update did not touch are read again at the source
 * ({@link SourceTable#rereadUnchanged()}).
 *
 * @param <V> what is stored
 */
public final class CacheProjection<V> extends RedisProjection {
    private final EntryOptions<?> options;
    private final Function<String, ShardProjection> forShard;
    private final CacheCodec<V> codec;

    private CacheProjection(EntryOptions<?> options, Function<String, ShardProjection> forShard, CacheCodec<V> codec) {
        super(options.name(), options.table());
        this.options = options;
        this.forShard = forShard;
        this.codec = codec;
    }

    static <T, V> CacheProjection<V> of(
            EntryOptions<T> options, Function<? super T, ? extends @Nullable V> value, CacheCodec<V> codec) {
        EntryWriter<T> writer = (entry, shown, row, ttlMillis, indexed, writes) -> {
            V cached = value.apply(shown);
            if (cached == null) {
                return false;
            }
            writes.set(options.name(), entry, codec.encode(cached), ttlMillis, indexed);
            return true;
        };
        return new CacheProjection<>(options, shard -> new ShardEntries<>(options, shard, writer), codec);
    }

    /**
     * Begins a projection; {@link EntryProjectionBuilder#key(String)} must follow. What is stored is the record as JSON, see
     * {@link JsonCodec}; of a table whose rows are shown as they are ({@link SourceTable#rows}) an object of its columns: numbers
     * and booleans as such, with every digit, json and jsonb as they are, arrays as arrays, composite types and hstore as objects,
     * bytea in Base64, dates and times in ISO 8601, anything else as PostgreSQL's text, also NaN and infinity.
     */
    public static <T> CacheProjectionBuilder<T, T> from(SourceTable<T> table) {
        return new CacheProjectionBuilder<>(table, shown -> shown, JsonCodec.of(table.type()));
    }

    /**
     * The Redis key of a row.
     *
     * @param values what is in braces in the key template, in that order: text as PostgreSQL has it, or Java's integers, BigDecimal
     *     (with the column's scale), UUID, Boolean, LocalDate, enum constants by name
     * @throws IllegalArgumentException if it is another number of values, or a class that has more than one text
     * @throws IllegalStateException if the key is made by a function
     */
    public String key(Object... values) {
        return options.key().of(values);
    }

    /** How values are stored. */
    public CacheCodec<V> codec() {
        return codec;
    }

    /** The Redis key by what a reader gives: the key itself where it is made by a function of a row. */
    String entry(Object... given) {
        boolean isEntry = options.key() instanceof EntryKey.Computed && given.length == 1 && given[0] instanceof String;
        return isEntry ? (String) given[0] : key(given);
    }

    @Override
    String fillName() {
        return fillName(name(), options.key());
    }

    EntryExpiry expiry() {
        return options.expiry();
    }

    @Override
    Optional<String> ownKeys() {
        return options.key().isKnown() ? Optional.of(options.key().form()) : Optional.empty();
    }

    @Override
    void check(String who, TableDefinition definition) {
        options.key().check(who, definition);
    }

    @Override
    boolean isExpiring() {
        return options.expiry().isExpiring();
    }

    @Override
    ShardProjection begin(String shard) {
        return forShard.apply(shard);
    }
}
