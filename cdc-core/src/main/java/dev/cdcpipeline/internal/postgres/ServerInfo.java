package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.failure.ShardStartException;
import java.sql.SQLException;

/**
 * What a source server is.
 *
 * @param version {@code server_version_num}
 * @param walLevel {@code wal_level}
 * @param standby whether it is in recovery
 * @param mayReplicate whether the user has REPLICATION, is a superuser, or has the replication role of a managed service
 * @param systemIdentifier names the cluster
 * @param transactionId a number that the server's transactions have reached
 */
record ServerInfo(
        int version,
        String walLevel,
        boolean standby,
        boolean mayReplicate,
        String systemIdentifier,
        long transactionId) {

    /** The oldest major version on which the connector's behaviour was measured; older ones send empty transactions too. */
    static final int MINIMUM_VERSION = 150_000;

    static ServerInfo read(SourceConnection source) throws SQLException {
        return source.queryOne(
                        """
                        select current_setting('server_version_num')::int, current_setting('wal_level'), pg_is_in_recovery(),
                               (select rolsuper or rolreplication from pg_roles where rolname = current_user)
                                 or exists (select 1 from pg_roles where rolname in ('rds_replication', 'cloudsqlreplica')
                                                and pg_has_role(current_user, oid, 'member')),
                               (select system_identifier::text from pg_control_system()),
                               pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                        """,
                        row -> new ServerInfo(
                                row.getInt(1),
                                row.getString(2),
                                row.getBoolean(3),
                                row.getBoolean(4),
                                row.getString(5),
                                row.getLong(6)))
                .orElseThrow();
    }

    void check(SourceConnection source) {
        String shard = source.shard().id().name();
        if (version < MINIMUM_VERSION) {
            throw new ShardStartException(
                    shard, "PostgreSQL " + version / 10_000 + " is too old; 15 or newer is needed");
        }
        if (standby) {
            throw new ShardStartException(shard, "the server is a standby; name the primary in host(...)");
        }
        if (!walLevel.equals("logical")) {
            throw new ShardStartException(
                    shard,
                    "wal_level is '" + walLevel
                            + "'; run ALTER SYSTEM SET wal_level = 'logical' and restart the server");
        }
        if (!mayReplicate) {
            throw new ShardStartException(
                    shard,
                    "user '" + source.shard().user() + "' may not replicate; run ALTER ROLE "
                            + source.shard().user() + " REPLICATION");
        }
    }
}
