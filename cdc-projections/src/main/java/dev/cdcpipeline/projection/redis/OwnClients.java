package dev.cdcpipeline.projection.redis;

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.DefaultClientResources;
import io.lettuce.core.resource.Delay;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Clients that are made for us. Nothing is sent twice behind our back, and nothing waits for a server that is not there. */
final class OwnClients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofSeconds(1);
    private static final Duration TOPOLOGY_PERIOD = Duration.ofSeconds(5);
    private static final Duration TOPOLOGY_PAUSE = Duration.ofMillis(500);

    /** For one node to tell the topology, of which each look waits for up to four: within {@link Answers#LONGEST} in all. */
    private static final Duration NODE_TIMEOUT = Duration.ofSeconds(2);

    private OwnClients() {}

    /** A connection that is lost is replaced by us, with a look at what is stored. */
    static AbstractRedisClient of(RedisURI uri) {
        RedisClient client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false)
                .socketOptions(sockets())
                .build());
        return client;
    }

    /** Triggers of the topology are all on by default. Connections to nodes come back by themselves, but what was under way on them does not. */
    static AbstractRedisClient ofCluster(List<RedisURI> nodes) {
        RedisClusterClient client = RedisClusterClient.create(
                DefaultClientResources.builder()
                        .reconnectDelay(
                                Delay.exponential(Duration.ZERO, LONGEST_RECONNECT_DELAY, 2, TimeUnit.MILLISECONDS))
                        .build(),
                nodes.stream().map(OwnClients::bounded).toList());
        ClusterClientOptions.Builder options = ClusterClientOptions.builder()
                .topologyRefreshOptions(ClusterTopologyRefreshOptions.builder()
                        .enablePeriodicRefresh(TOPOLOGY_PERIOD)
                        .adaptiveRefreshTriggersTimeout(TOPOLOGY_PAUSE)
                        .build())
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .socketOptions(sockets());
        options.replayFilter(command -> true);
        client.setOptions(options.build());
        return client;
    }

    /** Otherwise a replica that stands still would keep us for minutes from masters that answer. */
    private static RedisURI bounded(RedisURI node) {
        return node.getTimeout().compareTo(NODE_TIMEOUT) <= 0
                ? node
                : RedisURI.builder(node).withTimeout(NODE_TIMEOUT).build();
    }

    private static SocketOptions sockets() {
        return SocketOptions.builder()
                .connectTimeout(CONNECT_TIMEOUT)
                .keepAlive(true)
                .build();
    }
}
