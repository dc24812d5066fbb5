package dev.cdcpipeline.shard;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * One PostgreSQL database that is captured: where it is, who reads it, and through which slot and publication. Immutable.
 *
 * <p>The user needs LOGIN, REPLICATION, CONNECT on the database, USAGE on the schemas and SELECT on the captured tables;
 * whoever makes the publication must own the tables (see docs/operations.md).
 */
public final class PostgresShard {
    private final PostgresShardBuilder settings;

    PostgresShard(PostgresShardBuilder settings) {
        this.settings = settings;
    }

    /** Begins a shard with this name, see {@link ShardId}. */
    public static PostgresShardBuilder named(String name) {
        return new PostgresShardBuilder(new ShardId(name));
    }

    public ShardId id() {
        return settings.id;
    }

    public String host() {
        return settings.host;
    }

    public int port() {
        return settings.port;
    }

    public String database() {
        return settings.database;
    }

    public String user() {
        return settings.user;
    }

    /** The password. Never log it. */
    public String password() {
        return settings.password;
    }

    /** The slot's name if it was set; otherwise the pipeline makes it from its own name and the shard's. */
    public Optional<String> slot() {
        return Optional.ofNullable(settings.slot);
    }

    /** The publication's name if it was set; otherwise the pipeline makes it from its own name and the shard's. */
    public Optional<String> publication() {
        return Optional.ofNullable(settings.publication);
    }

    public FirstLoad firstLoad() {
        return settings.firstLoad;
    }

    public GapPolicy gapPolicy() {
        return settings.gapPolicy;
    }

    /** From how many bytes of WAL that the slot holds back the shard warns. */
    public long retainedWalWarning() {
        return settings.retainedWalWarning;
    }

    /** From how many bytes of WAL that the slot holds back the shard stops; {@link Long#MAX_VALUE} for never. */
    public long retainedWalLimit() {
        return settings.retainedWalLimit;
    }

    public Duration heartbeat() {
        return settings.heartbeat;
    }

    /** Settings for Debezium's connector, by Debezium's own names. */
    public Map<String, String> connector() {
        return Map.copyOf(settings.connector);
    }

    /** Name, place and user; never the password. */
    @Override
    public String toString() {
        return "PostgresShard[" + id() + " " + user() + "@" + host() + ":" + port() + "/" + database() + "]";
    }
}
