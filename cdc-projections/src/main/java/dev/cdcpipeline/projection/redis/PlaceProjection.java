package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.TableDefinition;
import java.util.function.Function;

/**
 * A projection in which a row is at a place that depends on more than its key: the set, the sorted set or the counter that its
 * columns name. Where each row is, the target remembers, because a delete carries no more than the key.
 */
public abstract sealed class PlaceProjection extends RedisProjection
        permits SetProjection, SortedSetProjection, CounterProjection {
    private final PlaceOptions<?> options;
    private final Function<String, ShardProjection> forShard;

    <T> PlaceProjection(PlaceOptions<T> options, PlaceWriter<T> writer) {
        super(options.name(), options.table());
        this.options = options;
        this.forShard = shard -> new ShardPlaces<>(options, shard, writer);
    }

    final KeyTemplate place() {
        return options.place();
    }

    @Override
    void check(String who, TableDefinition definition) {
        new ReadColumns(table())
                .require(who, "'" + options.place() + "'", options.place().columns(), definition);
    }

    @Override
    boolean isExpiring() {
        return false;
    }

    @Override
    final ShardProjection begin(String shard) {
        return forShard.apply(shard);
    }
}
