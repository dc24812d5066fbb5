package dev.cdcpipeline.projection.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;

/**
 * A connection of our own to a server or to a cluster, with keys as text and values as bytes.
 *
 * @param connection what can be closed
 * @param commands its commands; those of one server are a part of those of a cluster
 * @param afterwards gives back the client
 */
record RedisLink(
        StatefulConnection<String, byte[]> connection,
        RedisClusterAsyncCommands<String, byte[]> commands,
        Runnable afterwards)
        implements AutoCloseable {

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Calls that wait for an answer fail. Does not wait. */
    @Override
    public void close() {
        connection.closeAsync();
        afterwards.run();
    }
}
