package dev.cdcpipeline.projection.redis;

/**
 * How the values of a cache are written and read. Called by the threads of all shards and readers at once.
 *
 * @param <V> the values
 * @see JsonCodec
 */
public interface CacheCodec<V> {

    /**
     * The bytes that are stored.
     *
     * @throws RuntimeException if there are none for this value: the change is the trouble, and follows the failure policy of its
     *     projection. The message is logged and kept with the dead letter
     */
    byte[] encode(V value);

    /**
     * The value of stored bytes, which may also have been written by another version of the service.
     *
     * @throws RuntimeException if they cannot be read; a reader then loads the value, as if nothing were stored
     */
    V decode(byte[] bytes);
}
