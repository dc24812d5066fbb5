package dev.cdcpipeline.projection.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a server is reached: by a client of the user's, or by one of our own, which lives as long as somebody has a connection. */
final class RedisAccess {
    static final RedisCodec<String, byte[]> CODEC = RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

    private final @Nullable RedisURI uri;
    private final @Nullable RedisClient given;
    private @Nullable RedisClient own;
    private int lent;

    private RedisAccess(@Nullable RedisURI uri, @Nullable RedisClient given) {
        this.uri = uri;
        this.given = given;
    }

    static RedisAccess of(RedisURI uri) {
        return new RedisAccess(uri, null);
    }

    static RedisAccess of(RedisClient client) {
        return new RedisAccess(null, client);
    }

    /** Connects. */
    RedisLink open() {
        if (given != null) {
            return link(given.connect(CODEC), () -> {});
        }
        RedisClient client = lend();
        try {
            return link(client.connect(CODEC), this::giveBack);
        } catch (RuntimeException e) {
            giveBack();
            throw e;
        }
    }

    private static RedisLink link(StatefulRedisConnection<String, byte[]> connection, Runnable afterwards) {
        return new RedisLink(connection, connection.async(), afterwards);
    }

    private synchronized RedisClient lend() {
        RedisClient client = own;
        if (client == null) {
            client = RedisClient.create(uri);
            // A connection that is lost is replaced by us, with a look at what is stored: nothing is sent twice behind
            // our back.
            client.setOptions(ClientOptions.builder()
                    .autoReconnect(false)
                    .socketOptions(SocketOptions.builder()
                            .connectTimeout(CONNECT_TIMEOUT)
                            .keepAlive(true)
                            .build())
                    .build());
            own = client;
        }
        lent++;
        return client;
    }

    private synchronized void giveBack() {
        lent--;
        if (lent == 0 && own != null) {
            own.shutdownAsync(0, 1, java.util.concurrent.TimeUnit.SECONDS);
            own = null;
        }
    }
}
