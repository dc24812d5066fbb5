package dev.cdcpipeline.shard;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Builds a {@link PostgresShard}. Not thread-safe. Host, database, user and password must be set. */
public final class PostgresShardBuilder {
    static final int DEFAULT_PORT = 5432;
    static final long DEFAULT_RETAINED_WAL_WARNING = 4L << 30;
    private static final long SMALLEST_RETAINED_WAL = 1L << 20;
    static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(1);

    final ShardId id;
    String host = "";
    int port = DEFAULT_PORT;
    String database = "";
    String user = "";
    String password = "";

    @Nullable
    String slot;

    @Nullable
    String publication;

    FirstLoad firstLoad = FirstLoad.INCREMENTAL;
    GapPolicy gapPolicy = GapPolicy.REFUSE;
    long retainedWalWarning = DEFAULT_RETAINED_WAL_WARNING;
    long retainedWalLimit = Long.MAX_VALUE;
    Duration heartbeat = DEFAULT_HEARTBEAT;
    final Map<String, String> connector = new TreeMap<>();
    private boolean passwordSet;

    PostgresShardBuilder(ShardId id) {
        this.id = id;
    }

    private PostgresShardBuilder(PostgresShardBuilder other) {
        this.id = other.id;
        this.host = other.host;
        this.port = other.port;
        this.database = other.database;
        this.user = other.user;
        this.password = other.password;
        this.slot = other.slot;
        this.publication = other.publication;
        this.firstLoad = other.firstLoad;
        this.gapPolicy = other.gapPolicy;
        this.retainedWalWarning = other.retainedWalWarning;
        this.retainedWalLimit = other.retainedWalLimit;
        this.heartbeat = other.heartbeat;
        this.connector.putAll(other.connector);
    }

    /** The server's host name or address. It must be the primary itself, not a pooler: the replication protocol is spoken. */
    public PostgresShardBuilder host(String host) {
        this.host = notBlank("host", host);
        return this;
    }

    /**
     * The server's port. Default: 5432.
     *
     * @throws IllegalArgumentException if not in 1 to 65535
     */
    public PostgresShardBuilder port(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port must be in 1 to 65535, got " + port);
        }
        this.port = port;
        return this;
    }

    public PostgresShardBuilder database(String database) {
        this.database = notBlank("database", database);
        return this;
    }

    public PostgresShardBuilder user(String user) {
        this.user = notBlank("user", user);
        return this;
    }

    /** The user's password; may be empty where the server asks for none. It appears in no log, message or toString. */
    public PostgresShardBuilder password(String password) {
        this.password = Objects.requireNonNull(password, "password");
        this.passwordSet = true;
        return this;
    }

    /**
     * The replication slot. Default: {@code cdc_<pipeline>_<shard>}. It is made by the first start and must not exist before.
     *
     * @throws IllegalArgumentException if it is not 1 to 63 of {@code a-z 0-9 _} (PostgreSQL's rule)
     */
    public PostgresShardBuilder slot(String slot) {
        if (!slot.matches("[a-z0-9_]{1,63}")) {
            throw new IllegalArgumentException("slot must be 1 to 63 of a-z, 0-9 and _, got '" + slot + "'");
        }
        this.slot = slot;
        return this;
    }

    /** The publication. Default: {@code cdc_<pipeline>_<shard>}. It is made if it does not exist and the user may do so. */
    public PostgresShardBuilder publication(String publication) {
        this.publication = notBlank("publication", publication);
        return this;
    }

    /** How rows that exist already are read. Default: {@link FirstLoad#INCREMENTAL}. */
    public PostgresShardBuilder firstLoad(FirstLoad firstLoad) {
        this.firstLoad = Objects.requireNonNull(firstLoad, "firstLoad");
        return this;
    }

    /** What to do when changes are lost at the source. Default: {@link GapPolicy#REFUSE}. */
    public PostgresShardBuilder gapPolicy(GapPolicy policy) {
        this.gapPolicy = Objects.requireNonNull(policy, "policy");
        return this;
    }

    /**
     * From how much WAL on that the slot makes the server keep the shard warns, in bytes: a log line, a finding, health DEGRADED.
     * Default: 4 GiB.
     *
     * @throws IllegalArgumentException if below 1 MiB
     */
    public PostgresShardBuilder warnRetainedWal(long bytes) {
        this.retainedWalWarning = atLeastAMebibyte("warnRetainedWal", bytes);
        return this;
    }

    /**
     * From how much WAL on that the slot makes the server keep the shard stops, in bytes, so that someone decides before the
     * source's disk is full: to mend what holds the shard up, or to drop the slot, which lets the server remove the WAL and makes a
     * new load necessary. Stopping alone does not free anything. Default: no limit.
     *
     * @throws IllegalArgumentException if below 1 MiB
     */
    public PostgresShardBuilder stopRetainedWal(long bytes) {
        this.retainedWalLimit = atLeastAMebibyte("stopRetainedWal", bytes);
        return this;
    }

    private static long atLeastAMebibyte(String option, long bytes) {
        if (bytes < SMALLEST_RETAINED_WAL) {
            throw new IllegalArgumentException(option + " must be at least 1 MiB, got " + bytes + " bytes");
        }
        return bytes;
    }

    /**
     * How often a small message is written into the source's WAL and awaited from it, so that an idle shard does not hold WAL
     * back and a dead stream is noticed. Default: 1 second.
     *
     * @throws IllegalArgumentException if not in 1 millisecond to 1 minute
     */
    public PostgresShardBuilder heartbeat(Duration interval) {
        if (interval.toMillis() < 1 || interval.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("heartbeat must be in 1 ms to 1 minute, got " + interval);
        }
        this.heartbeat = interval;
        return this;
    }

    /**
     * A setting for Debezium's connector by Debezium's own name, for example {@code database.sslmode}.
     *
     * @throws IllegalArgumentException if the pipeline owns this setting, or what {@code database.initial.statements} sets, with
     *     the reason
     */
    public PostgresShardBuilder connector(String key, String value) {
        ForcedProperties.refuse(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
        connector.put(key, value);
        return this;
    }

    /**
     * @throws IllegalStateException if host, database, user or password is missing, naming all that are; or if a gap could not be
     *     closed the way {@link #gapPolicy} says
     */
    public PostgresShard build() {
        StringBuilder missing = new StringBuilder();
        append(missing, host.isEmpty(), "host");
        append(missing, database.isEmpty(), "database");
        append(missing, user.isEmpty(), "user");
        append(missing, !passwordSet, "password");
        if (!missing.isEmpty()) {
            throw new IllegalStateException("shard '" + id + "' lacks " + missing);
        }
        if (gapPolicy == GapPolicy.RELOAD && firstLoad == FirstLoad.NONE) {
            throw new IllegalStateException(
                    "shard '" + id + "' has FirstLoad.NONE, so that GapPolicy.RELOAD could load nothing"
                            + "; choose another firstLoad(...) or gapPolicy(...)");
        }
        return new PostgresShard(new PostgresShardBuilder(this));
    }

    private static void append(StringBuilder missing, boolean isMissing, String name) {
        if (isMissing) {
            missing.append(missing.isEmpty() ? "" : ", ").append(name);
        }
    }

    private static String notBlank(String name, String value) {
        if (value.isBlank()) {
            throw new IllegalArgumentException(name + " must not be blank");
        }
        return value;
    }
}
