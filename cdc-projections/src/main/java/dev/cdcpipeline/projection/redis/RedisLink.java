package dev.cdcpipeline.projection.redis;

import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * A connection of our own to a server or to a cluster, with keys as text and values as bytes.
 *
 * @param connection what can be closed
 * @param commands its commands; those of one server are a part of those of a cluster
 * @param topology looks again which server has which slots, where there are slots
 * @param afterwards gives back the client
 */
record RedisLink(
        StatefulConnection<String, byte[]> connection,
        RedisClusterAsyncCommands<String, byte[]> commands,
        Supplier<CompletionStage<Void>> topology,
        Runnable afterwards)
        implements AutoCloseable {

    boolean isOpen() {
        return connection.isOpen();
    }

    /** Sends many commands in few packets. */
    <T> List<T> atOnce(int count, IntFunction<T> command) {
        List<T> sent = new ArrayList<>(count);
        connection.setAutoFlushCommands(false);
        try {
            for (int i = 0; i < count; i++) {
                sent.add(command.apply(i));
            }
        } finally {
            // In this order: what an answer has sent again, to another server of a cluster, is not held back.
            connection.setAutoFlushCommands(true);
            connection.flushCommands();
        }
        return sent;
    }

    /** Calls that wait for an answer fail. Does not wait. */
    @Override
    public void close() {
        connection.closeAsync().whenComplete((closed, failure) -> afterwards.run());
    }
}
