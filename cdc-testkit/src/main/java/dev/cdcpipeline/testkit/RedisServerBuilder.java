package dev.cdcpipeline.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link RedisServer}.
 *
 * <p>Defaults: the engine of the system property {@code cdc.testkit.redis} ({@code embedded}, or {@code testcontainers}),
 * {@link RedisPersistence#NONE}, no users and no password, no TLS, a free port, and Redis' own settings except for quick
 * replication and an allowed {@code DEBUG} command.
 *
 * <p>Not safe for use by several threads.
 */
public final class RedisServerBuilder {

    private static final Set<String> OWN_SETTINGS =
            Set.of("port", "tls-port", "bind", "dir", "daemonize", "user", "requirepass", "aclfile");

    private final List<RedisUser> users = new ArrayList<>();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private RedisPersistence persistence = RedisPersistence.NONE;
    private @Nullable ServerEngine engine;
    private @Nullable RedisServer master;
    private boolean tls;
    private String image = "redis:7";

    RedisServerBuilder() {}

    /** Runs the server as a process of this machine, whatever the system property says. */
    public RedisServerBuilder embedded() {
        engine = ServerEngine.EMBEDDED;
        return this;
    }

    /**
     * Runs the server in a container, whatever the system property says: one server without TLS. Replicas, sentinels and
     * clusters run embedded only.
     */
    public RedisServerBuilder testcontainers() {
        engine = ServerEngine.TESTCONTAINERS;
        return this;
    }

    /** The image for containers, default {@code redis:7}; an embedded server has no use for it. */
    public RedisServerBuilder image(String image) {
        this.image = image;
        return this;
    }

    /** What survives {@link RedisServer#kill()}, default nothing. */
    public RedisServerBuilder persistence(RedisPersistence persistence) {
        this.persistence = persistence;
        return this;
    }

    /**
     * Adds a user with these rules, such as {@code "~order:*", "+get"}. From the first one on nobody gets in without name
     * and password: the user {@code default} is off unless it is added, too.
     */
    public RedisServerBuilder user(String name, String password, String... rules) {
        users.add(new RedisUser(name, password, List.of(rules)));
        return this;
    }

    /** Asks for this password, of the user {@code default}, who may do everything. */
    public RedisServerBuilder password(String password) {
        return user(RedisUser.DEFAULT, password, "~*", "&*", "+@all");
    }

    /** Speaks TLS only, with a certificate of its own: {@link RedisServer#certificate()}. */
    public RedisServerBuilder tls() {
        this.tls = true;
        return this;
    }

    /**
     * Changes or adds a setting of {@code redis.conf}, such as {@code maxmemory}.
     *
     * @throws IllegalArgumentException if it is one of those the test kit needs to reach the server
     */
    public RedisServerBuilder config(String name, String value) {
        if (OWN_SETTINGS.contains(name)) {
            throw new IllegalArgumentException(
                    "RedisServer chooses the setting '" + name + "' itself; remove it from the builder");
        }
        settings.put(name, value);
        return this;
    }

    /** Makes it a replica of this server, with the same users and certificate. */
    public RedisServerBuilder replicaOf(RedisServer master) {
        this.master = master;
        return this;
    }

    /**
     * Starts the server and returns when it answers; a replica, when it has its master's data.
     *
     * @throws IllegalArgumentException if the system property names no engine
     * @throws IllegalStateException if a library of the engine is missing, the engine cannot do what was asked, or the
     *     server does not start, with the end of its log
     */
    public RedisServer start() {
        ServerEngine chosen = engine == null ? ServerEngine.configured(RedisServer.KIND) : engine;
        RedisServer server = chosen == ServerEngine.EMBEDDED ? embeddedServer() : containerServer(chosen);
        try {
            server.launch();
            return server;
        } catch (RuntimeException | Error e) {
            server.close();
            throw e;
        }
    }

    /** What holds for every node of a cluster. */
    RedisSettings clusterSettings() {
        if (tls || master != null) {
            throw new IllegalStateException("RedisCluster has no TLS, and chooses masters and replicas itself");
        }
        return new RedisSettings(persistence, users, null, settings);
    }

    private RedisServer embeddedServer() {
        Path directory = Directories.temporary("redis-");
        RedisServer of = master;
        if (of == null) {
            RedisCertificate certificate = tls ? RedisCertificate.in(directory) : null;
            return RedisServer.embedded(directory, new RedisSettings(persistence, users, certificate, settings));
        }
        settings.put("replicaof", of.host() + " " + of.port());
        RedisSettings ofMaster = of.settings();
        return RedisServer.embedded(
                directory, new RedisSettings(persistence, ofMaster.users(), ofMaster.certificate(), settings));
    }

    private RedisServer containerServer(ServerEngine chosen) {
        chosen.requireLibrary(
                RedisServer.KIND,
                "org.testcontainers.containers.GenericContainer",
                "org.testcontainers:testcontainers-postgresql");
        if (tls || master != null) {
            throw new IllegalStateException("RedisServer in a container has no TLS and is no replica; call embedded()");
        }
        RedisSettings all = new RedisSettings(persistence, users, null, settings);
        return new RedisServer(new ContainerRedis(image, all), all);
    }
}
