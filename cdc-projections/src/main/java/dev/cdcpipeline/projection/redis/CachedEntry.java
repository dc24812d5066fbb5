package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.TableName;
import java.util.function.Function;

/**
 * What a reader knows of a projection.
 *
 * @param fillName by which the pipeline admits fills; see {@link RedisProjection#fillName()}
 * @param name by which the index is found
 * @param key the Redis key by what the user gives
 */
record CachedEntry<V>(
        String fillName, String name, Function<Object[], String> key, CacheCodec<V> codec, EntryExpiry expiry) {

    static <V> CachedEntry<V> of(CacheProjection<V> projection) {
        return new CachedEntry<>(
                projection.fillName(), projection.name(), projection::entry, projection.codec(), projection.expiry());
    }

    static <V> CachedEntry<V> of(String projection, String template, CacheCodec<V> codec, EntryExpiry expiry) {
        EntryKey key = key(template);
        return new CachedEntry<>(RedisProjection.fillName(projection, key), projection, key::of, codec, expiry);
    }

    static EntryKey key(String template) {
        if (template.contains("{schema}") || template.contains("{table}")) {
            throw new IllegalArgumentException(
                    "'" + template + "': the table is not known here; write its name instead of {schema} and {table}");
        }
        return new EntryKey.Template(KeyTemplate.parse(template, TableName.parse("unknown.unknown")));
    }
}
