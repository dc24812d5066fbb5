package dev.cdcpipeline.projection.redis;

import java.util.List;
import java.util.Optional;

/**
 * Loads what a {@link CacheReader} does not find. Called by the threads that read, at once for different keys.
 *
 * <p>It must read the primary of the source, not a replica that may be behind, and must read it anew: what it returns must be no
 * older than the call. It must give the same value as the projection would.
 *
 * @param <V> the values
 */
@FunctionalInterface
public interface CacheLoader<V> {

    /**
     * @param key what was given to {@link CacheReader#get(Object...)}
     * @return empty if there is no such row
     * @throws RuntimeException goes through to whoever reads, and to all who wait for this load
     */
    Optional<V> load(List<Object> key);
}
