package dev.cdcpipeline.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A Redis master with a replica, and three sentinels that make the replica the master when the master has been away for
 * half a second; the whole takes about two.
 *
 * <p>A master that comes back is made a replica by the sentinels, which takes up to about ten seconds; until then it
 * accepts writes that are going to be lost.
 *
 * <p>Embedded only. Users and passwords are those of the servers, not of the sentinels.
 */
public final class RedisSentinels implements AutoCloseable {

    /** What the sentinels call the master. */
    public static final String MASTER_ID = "cdc";

    private static final int SENTINELS = 3;
    private static final int QUORUM = 2;
    private static final int DOWN_AFTER_MILLIS = 500;
    private static final int FAILOVER_TIMEOUT_MILLIS = 3_000;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final List<RedisServer> servers = new ArrayList<>();
    private final List<RedisServer> sentinels = new ArrayList<>();

    private RedisSentinels() {}

    /** With servers that keep nothing across a restart and ask for no password. */
    public static RedisSentinels start() {
        return start(server -> server);
    }

    /**
     * Starts everything; returns when the sentinels know each other and the replica.
     *
     * @param settings of both servers; not TLS
     */
    public static RedisSentinels start(UnaryOperator<RedisServerBuilder> settings) {
        RedisSentinels group = new RedisSentinels();
        try {
            RedisServer master =
                    settings.apply(RedisServer.builder()).embedded().start();
            group.servers.add(master);
            group.servers.add(settings.apply(RedisServer.builder())
                    .embedded()
                    .replicaOf(master)
                    .start());
            for (int i = 0; i < SENTINELS; i++) {
                group.sentinels.add(sentinelOf(master));
            }
            Await.until(
                    () -> group.sentinels.stream().allMatch(RedisSentinels::knowsAll),
                    TIMEOUT,
                    () -> "The sentinels do not find each other:\n"
                            + group.sentinels.get(0).logTail());
            return group;
        } catch (RuntimeException | Error e) {
            group.close();
            throw e;
        }
    }

    private static RedisServer sentinelOf(RedisServer master) {
        Path directory = Directories.temporary("sentinel-");
        RedisSettings nobody = RedisSettings.open();
        RedisServer sentinel = new RedisServer(
                new EmbeddedRedis(
                        directory,
                        List.of("--sentinel"),
                        port -> lines(master, port, EmbeddedRedis.data(directory)),
                        port -> nobody.connector(EmbeddedRedis.HOST, port)),
                nobody);
        try {
            sentinel.launch();
            return sentinel;
        } catch (RuntimeException | Error e) {
            sentinel.close();
            throw e;
        }
    }

    private static List<String> lines(RedisServer master, int port, Path data) {
        List<String> lines = new ArrayList<>(List.of(
                "bind " + EmbeddedRedis.HOST,
                "protected-mode no",
                "port " + port,
                "dir \"" + data + "\"",
                "sentinel monitor " + MASTER_ID + " " + master.host() + " " + master.port() + " " + QUORUM,
                "sentinel down-after-milliseconds " + MASTER_ID + " " + DOWN_AFTER_MILLIS,
                "sentinel failover-timeout " + MASTER_ID + " " + FAILOVER_TIMEOUT_MILLIS));
        RedisUser admin = master.settings().admin();
        if (admin != null) {
            lines.add("sentinel auth-user " + MASTER_ID + " " + admin.name());
            lines.add("sentinel auth-pass " + MASTER_ID + " " + admin.password());
        }
        return lines;
    }

    private static boolean knowsAll(RedisServer sentinel) {
        String info = sentinel.info("master0");
        return info.contains("status=ok") && info.endsWith("slaves=1,sentinels=" + SENTINELS);
    }

    /** {@code redis-sentinel://host:port,host:port,host:port#cdc}, with name and password of the servers' first user. */
    public String uri() {
        List<String> hosts =
                sentinels.stream().map(each -> each.host() + ":" + each.port()).toList();
        List<RedisUser> users = servers.get(0).settings().users();
        String userInfo = users.isEmpty() ? "" : users.get(0).userInfo();
        return "redis-sentinel://" + userInfo + String.join(",", hosts) + "#" + MASTER_ID;
    }

    /** The server that the sentinels hold for the master now, or that was it when it went away. */
    public RedisServer master() {
        String port = sentinels.get(0).info("master0").replaceAll(".*address=[^:]*:(\\d+),.*", "$1");
        return servers.stream()
                .filter(server -> port.equals(Integer.toString(server.port())))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "The sentinels name a master at port " + port + " that is none of " + servers));
    }

    /** The one of the two that is not {@link #master()}. */
    public RedisServer replica() {
        RedisServer master = master();
        return servers.get(0) == master ? servers.get(1) : servers.get(0);
    }

    public List<RedisServer> sentinels() {
        return List.copyOf(sentinels);
    }

    /** Waits until the sentinels have made another server the master than this one, which was killed or suspended. */
    public void awaitFailover(RedisServer lost) {
        Await.until(
                () -> master() != lost && "master".equals(master().info("role")),
                TIMEOUT,
                () -> "No other master than " + lost + ":\n" + sentinels.get(0).logTail());
    }

    @Override
    public void close() {
        sentinels.forEach(RedisServer::close);
        servers.forEach(RedisServer::close);
    }
}
