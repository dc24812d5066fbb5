package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableDefinition;
import java.util.Optional;
import java.util.function.Function;

/**
 * Keeps a Redis hash for each row of a table: its fields are the row's columns, its values PostgreSQL's text of them, exact for every
 * type ({@code t} and {@code f} for booleans, timestamps in UTC). A column that is null has no field; a row of nothing but nulls no
 * hash.
 *
 * <pre>{@code
 * HashProjection.from(orders).key("order:{id}").columns("customer", "status").column("total", "amount").build()
 * }</pre>
 *
 * <p>The hash is written as a whole: a field that somebody else has added goes with the row's next change. Otherwise as a
 * {@link CacheProjection}.
 */
public final class HashProjection extends RedisProjection {
    private final EntryOptions<?> options;
    private final HashFields fields;
    private final Function<String, ShardProjection> forShard;

    private HashProjection(EntryOptions<?> options, HashFields fields, Function<String, ShardProjection> forShard) {
        super(options.name(), options.table());
        this.options = options;
        this.fields = fields;
        this.forShard = forShard;
    }

    static <T> HashProjection of(EntryOptions<T> options, HashFields fields) {
        EntryWriter<T> writer = (entry, shown, row, ttlMillis, indexed, writes) -> {
            writes.fields(options.name(), entry, fields.of(row), true, ttlMillis, indexed);
            return true;
        };
        return new HashProjection(options, fields, shard -> new ShardEntries<>(options, shard, writer));
    }

    /** Begins a projection; {@link EntryProjectionBuilder#key(String)} must follow. */
    public static <T> HashProjectionBuilder<T> from(SourceTable<T> table) {
        return new HashProjectionBuilder<>(table);
    }

    @Override
    Optional<String> ownKeys() {
        return options.key().isKnown() ? Optional.of(options.key().form()) : Optional.empty();
    }

    @Override
    void check(String who, TableDefinition definition) {
        options.key().check(who, definition);
        new ReadColumns(table()).require(who, "its hash", fields.columns(), definition);
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
