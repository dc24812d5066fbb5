package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.shard.PostgresShard;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a source server is.
 *
 * @param walLevel {@code wal_level}
 * @param standby whether it is in recovery
 * @param mayReplicate whether the user has REPLICATION, is a superuser, or has the replication role of a managed service
 * @param encoding {@code server_encoding} of the database
 * @param systemIdentifier names the cluster
 * @param timeline on which it writes; 0 for a standby
 * @param transactionId a number that the server's transactions have reached
 * @param freeSlots how many replication slots can still be made
 * @param freeSenders how many more clients can replicate
 * @param slotWalKeep {@code max_slot_wal_keep_size} in bytes; -1 for without limit
 */
record ServerInfo(
        String walLevel,
        boolean standby,
        boolean mayReplicate,
        String encoding,
        String systemIdentifier,
        int timeline,
        long transactionId,
        long freeSlots,
        long freeSenders,
        long slotWalKeep) {

    /** The oldest major version on which the connector's behaviour was measured; older ones send empty transactions too. */
    private static final int MINIMUM_VERSION = 15;

    /**
     * The first eight digits of a WAL file's name are the timeline. It is not taken from {@code pg_control_checkpoint()}, which
     * shows the old one until the first checkpoint after a promotion.
     */
    private static final String SERVER = """
            select current_setting('wal_level'), pg_is_in_recovery(),
                   (select rolsuper or rolreplication from pg_roles where rolname = current_user)
                     or exists (select 1 from pg_roles where rolname in ('rds_replication', 'cloudsqlreplica')
                                    and pg_has_role(current_user, oid, 'member')),
                   current_setting('server_encoding'),
                   (select system_identifier::text from pg_control_system()),
                   case when pg_is_in_recovery() then '0' else substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) end,
                   pg_snapshot_xmin(pg_current_snapshot())::text::bigint,
                   current_setting('max_replication_slots')::int - (select count(*) from pg_replication_slots),
                   current_setting('max_wal_senders')::int - (select count(*) from pg_stat_replication),
                   pg_size_bytes(current_setting('max_slot_wal_keep_size'))
            """;

    /** @throws PreflightException if the server is too old to be asked */
    static ServerInfo read(SourceConnection source) throws SQLException {
        int version = source.majorVersion();
        if (version < MINIMUM_VERSION) {
            throw new PreflightException(
                    source.shardName(), List.of(tooOld(source.shard().id().name(), version)));
        }
        return source.queryOne(
                        SERVER,
                        row -> new ServerInfo(
                                row.getString(1),
                                row.getBoolean(2),
                                row.getBoolean(3),
                                row.getString(4),
                                row.getString(5),
                                Integer.parseUnsignedInt(row.getString(6), 16),
                                row.getLong(7),
                                row.getLong(8),
                                row.getLong(9),
                                row.getLong(10)))
                .orElseThrow();
    }

    static Finding tooOld(String shard, int version) {
        return Finding.of(
                FindingKind.SERVER_VERSION,
                shard,
                "PostgreSQL " + version + " is too old; " + MINIMUM_VERSION + " or newer is needed",
                "upgrade the server");
    }

    List<Finding> findings(PostgresShard shard) {
        String name = shard.id().name();
        List<Finding> findings = new ArrayList<>();
        if (standby) {
            findings.add(Finding.of(
                    FindingKind.STANDBY,
                    name,
                    "the server at " + shard.host() + ":" + shard.port() + " is a standby",
                    "name the primary in host(...)"));
        }
        if (!walLevel.equals("logical")) {
            findings.add(Finding.of(
                    FindingKind.WAL_LEVEL,
                    name,
                    "wal_level is '" + walLevel + "'",
                    "run ALTER SYSTEM SET wal_level = 'logical' and restart the server"));
        }
        if (encoding.equals("SQL_ASCII")) {
            findings.add(Finding.of(
                    FindingKind.ENCODING,
                    name,
                    "database '" + shard.database()
                            + "' is encoded in SQL_ASCII, so that its texts are bytes of no known encoding",
                    "dump it, and restore it into a database that has the encoding of these bytes, such as UTF8"));
        }
        if (!mayReplicate) {
            findings.add(Finding.of(
                    FindingKind.PRIVILEGE,
                    name,
                    "user '" + shard.user() + "' may not replicate",
                    "run ALTER ROLE " + shard.user() + " REPLICATION"));
        }
        return findings;
    }

    /** What the server lacks for an engine that is to start with this slot, or to make it. */
    List<Finding> shortages(PostgresShard shard, boolean slotExists, boolean slotActive) {
        String name = shard.id().name();
        List<Finding> findings = new ArrayList<>();
        if (!slotExists && freeSlots <= 0) {
            findings.add(noFreeSlot(name));
        }
        if (!slotActive && freeSenders <= 0) {
            findings.add(Finding.of(
                    FindingKind.NO_FREE_SENDER,
                    name,
                    "the server has no WAL sender left for the engine",
                    "raise max_wal_senders and restart the server, or end a client in pg_stat_replication"));
        }
        return findings;
    }

    static Finding noFreeSlot(String shard) {
        return Finding.of(
                FindingKind.NO_FREE_SLOT,
                shard,
                "the server has no replication slot left",
                "raise max_replication_slots and restart the server, or drop a slot that nobody needs (pg_replication_slots)");
    }
}
