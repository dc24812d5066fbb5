package dev.cdcpipeline.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Redis 7 server for tests that can be killed, restarted, emptied, suspended, and have replicas.
 *
 * <pre>{@code
 * try (RedisServer redis = RedisServer.builder().persistence(RedisPersistence.AOF_ALWAYS).start()) {
 *     RedisClient client = RedisClient.create(redis.uri());
 *     ...
 *     redis.kill();
 *     redis.restart(); // same port, same data
 *     assertThat(redis.command("GET", "order:1")).isEqualTo("...");
 * }
 * }</pre>
 *
 * <p>Runs embedded by default, from the programs in {@code org.signal:embedded-redis}, or where that has none for the
 * machine, {@code redis-server} on the PATH; with the system property {@code cdc.testkit.redis=testcontainers}, in a
 * container. It listens on 127.0.0.1 only. An embedded server ends, and its files are removed, when the test JVM ends
 * without {@link #close()}, even by SIGKILL. No embedded server on Windows.
 *
 * <p>Safe for use by several threads.
 */
public final class RedisServer implements AutoCloseable {

    static final String KIND = "redis";

    private static final Duration SYNC_TIMEOUT = Duration.ofSeconds(30);

    private final RedisProcess process;
    private final RedisSettings settings;
    private volatile boolean suspended;

    RedisServer(RedisProcess process, RedisSettings settings) {
        this.process = process;
        this.settings = settings;
    }

    static RedisServer embedded(Path directory, RedisSettings settings) {
        return new RedisServer(
                new EmbeddedRedis(
                        directory,
                        List.of(),
                        port -> settings.lines(EmbeddedRedis.HOST, port, EmbeddedRedis.data(directory)),
                        port -> settings.connector(EmbeddedRedis.HOST, port)),
                settings);
    }

    /** Starts a server with the defaults of {@link #builder()}. */
    public static RedisServer start() {
        return builder().start();
    }

    /** Begins the description of a server other than the default one. */
    public static RedisServerBuilder builder() {
        return new RedisServerBuilder();
    }

    /** The host name or address clients connect to. */
    public String host() {
        return process.host();
    }

    /** The port clients connect to: chosen at the first start, kept by restarts. */
    public int port() {
        return process.port();
    }

    /** {@code redis://} or {@code rediss://}, with name and password of the first user if there is one. */
    public String uri() {
        return uri(settings.users().isEmpty() ? "" : settings.users().get(0).userInfo());
    }

    /**
     * With name and password of this user.
     *
     * @throws IllegalArgumentException if the builder was not told of it
     */
    public String uriOf(String user) {
        return uri(settings.users().stream()
                .filter(known -> known.name().equals(user))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("RedisServer has no user '" + user + "'"))
                .userInfo());
    }

    private String uri(String userInfo) {
        String scheme = settings.certificate() == null ? "redis" : "rediss";
        return scheme + "://" + userInfo + host() + ":" + port();
    }

    /**
     * What clients of a server with TLS have to trust, as a PEM file. It is for 127.0.0.1 and localhost.
     *
     * @throws IllegalStateException without TLS
     */
    public Path certificate() {
        RedisCertificate certificate = settings.certificate();
        if (certificate == null) {
            throw new IllegalStateException("RedisServer speaks no TLS; call tls() on its builder");
        }
        return certificate.file();
    }

    /**
     * Sends one command, as a user who may do everything, over a connection of its own.
     *
     * @return a String, a Long, a list of such, or null
     * @throws RedisErrorException if the server refuses it
     * @throws UncheckedIOException if the server cannot be reached, or does not answer within 10 seconds
     */
    public @Nullable Object command(String... command) {
        try {
            return settings.connector(host(), port()).call(command);
        } catch (IOException e) {
            throw new UncheckedIOException(this + " does not answer to " + command[0], e);
        }
    }

    /** One line of {@code INFO}, such as {@code role}; empty if there is none of this name. */
    public String info(String field) {
        return String.valueOf(command("INFO", "everything"))
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1))
                .findFirst()
                .orElse("");
    }

    /**
     * The value of a setting: {@code CONFIG GET}.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public String config(String setting) {
        if (command("CONFIG", "GET", setting) instanceof List<?> pair && pair.size() == 2) {
            return String.valueOf(pair.get(1));
        }
        throw new IllegalArgumentException(this + " has no setting '" + setting + "'");
    }

    /** Whether the process is alive; a suspended one is. */
    public boolean isRunning() {
        return process.isRunning();
    }

    boolean answers() {
        return isRunning() && !suspended;
    }

    /** Kills the server with SIGKILL; returns when it is gone. Its {@link RedisPersistence} decides what is left. */
    public void kill() {
        process.kill9();
        suspended = false;
    }

    /**
     * Starts the server again on the same port and what data it has left, after killing it if it runs; returns when it
     * answers and has loaded its data.
     *
     * @throws IllegalStateException if it does not start, with the end of its log
     */
    public void restart() {
        kill();
        process.start();
    }

    /** {@link #restart()} without any data, as after the loss of its disk. A node stays a member of its cluster. */
    public void emptyRestart() {
        kill();
        process.deleteData();
        process.start();
    }

    /** Stops the process (SIGSTOP): connections stay open, nothing is answered. */
    public void suspend() {
        suspended = true;
        process.suspend();
    }

    /** Lets it go on. */
    public void resume() {
        process.resume();
        suspended = false;
    }

    /** Makes it a replica of another server, of which it takes all data; returns when it has them. */
    public void replicate(RedisServer master) {
        command("REPLICAOF", master.host(), Integer.toString(master.port()));
        awaitInSync();
    }

    /** Makes a replica a master, with the data it has. */
    public void promote() {
        command("REPLICAOF", "NO", "ONE");
    }

    /** Starts the server and, if it is a replica, waits for its master's data. */
    void launch() {
        process.start();
        if ("slave".equals(info("role"))) {
            awaitInSync();
        }
    }

    boolean isInSync() {
        return "up".equals(info("master_link_status")) && "0".equals(info("master_sync_in_progress"));
    }

    private void awaitInSync() {
        Await.until(this::isInSync, SYNC_TIMEOUT, () -> this + " has no link to its master:\n" + logTail());
    }

    RedisSettings settings() {
        return settings;
    }

    /** The last lines of the server's log, for messages of failed tests. */
    public String logTail() {
        return process.logTail();
    }

    /** Ends the server at once and deletes its data. May be called repeatedly. */
    @Override
    public void close() {
        process.close();
    }

    @Override
    public String toString() {
        return "RedisServer[" + host() + ":" + port() + "]";
    }
}
