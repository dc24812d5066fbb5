package dev.cdcpipeline.projection.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a server is reached: by a client of the user's, or by one of our own, which lives as long as somebody has a connection. */
final class RedisAccess {
    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final boolean cluster;
    private final Supplier<AbstractRedisClient> maker;
    private final @Nullable AbstractRedisClient given;
    private @Nullable AbstractRedisClient own;
    private int lent;

    private RedisAccess(boolean cluster, Supplier<AbstractRedisClient> maker, @Nullable AbstractRedisClient given) {
        this.cluster = cluster;
        this.maker = maker;
        this.given = given;
    }

    /** With our bound for a server that takes connections and does not answer, instead of Lettuce's minute. */
    static RedisURI parse(String uri) {
        RedisURI parsed = RedisURI.create(uri);
        if (parsed.getTimeout().equals(RedisURI.DEFAULT_TIMEOUT_DURATION)) {
            parsed.setTimeout(Answers.LONGEST);
        }
        return parsed;
    }

    static RedisAccess of(RedisURI uri) {
        return new RedisAccess(false, () -> OwnClients.of(uri), null);
    }

    static RedisAccess of(RedisClient client) {
        return new RedisAccess(false, () -> client, client);
    }

    /** @param nodes some nodes of a cluster, by which the others are found */
    static RedisAccess ofCluster(Collection<RedisURI> nodes) {
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("name at least one node of the Redis cluster");
        }
        List<RedisURI> known = List.copyOf(nodes);
        return new RedisAccess(true, () -> OwnClients.ofCluster(known), null);
    }

    static RedisAccess of(RedisClusterClient client) {
        return new RedisAccess(true, () -> client, client);
    }

    boolean isCluster() {
        return cluster;
    }

    /** What our own keys are called there. */
    Layout layout(String pipeline, String target) {
        return cluster ? Layout.cluster(pipeline, target) : Layout.single(pipeline, target);
    }

    /** Connects. */
    RedisLink open() {
        AbstractRedisClient known = given;
        if (known != null) {
            return link(known, () -> {});
        }
        AbstractRedisClient client = lend();
        AtomicBoolean lentStill = new AtomicBoolean(true);
        try {
            return link(client, () -> {
                if (lentStill.getAndSet(false)) {
                    giveBack();
                }
            });
        } catch (RuntimeException e) {
            giveBack();
            throw e;
        }
    }

    private static RedisLink link(AbstractRedisClient client, Runnable afterwards) {
        if (client instanceof RedisClusterClient nodes) {
            Answers.await(nodes.refreshPartitionsAsync().toCompletableFuture());
            StatefulRedisClusterConnection<String, byte[]> connection = Answers.await(nodes.connectAsync(CODEC));
            return new RedisLink(connection, connection.async(), nodes::refreshPartitionsAsync, afterwards);
        }
        StatefulRedisConnection<String, byte[]> connection = ((RedisClient) client).connect(CODEC);
        return new RedisLink(connection, connection.async(), () -> CompletableFuture.completedStage(null), afterwards);
    }

    private synchronized AbstractRedisClient lend() {
        AbstractRedisClient client = own;
        if (client == null) {
            client = maker.get();
            own = client;
        }
        lent++;
        return client;
    }

    private synchronized void giveBack() {
        lent--;
        AbstractRedisClient client = own;
        if (lent == 0 && client != null) {
            own = null;
            client.shutdownAsync(0, 1, TimeUnit.SECONDS)
                    .whenComplete((done, failure) -> client.getResources().shutdown(0, 1, TimeUnit.SECONDS));
        }
    }
}
