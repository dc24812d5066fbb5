package dev.cdcpipeline.internal.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A logical replication slot of a source. */
public final class ReplicationSlot {
    /** What {@link #read} reads, of {@code pg_replication_slots s}. {@code invalidation_reason} came with PostgreSQL 17. */
    static final String COLUMNS =
            "s.active, s.active_pid, s.plugin, s.database, s.wal_status, to_jsonb(s) ->> 'invalidation_reason',"
                    + " s.confirmed_flush_lsn::text, s.restart_lsn::text, s.safe_wal_size";

    private final SourceConnection source;
    private final String name;

    public ReplicationSlot(SourceConnection source, String name) {
        this.source = source;
        this.name = name;
    }

    /**
     * A slot as {@code pg_replication_slots} shows it.
     *
     * @param active whether a walsender is attached
     * @param activePid the process of that walsender; 0 for none
     * @param plugin the output plugin; null for a physical slot
     * @param database the database it decodes; null for a physical slot
     * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} (about to be removed) or {@code lost}
     * @param invalidationReason why it cannot be read any more; null if it can, or before PostgreSQL 17
     * @param confirmedFlush what was acknowledged; 0 while it is being made
     * @param restartLsn from where on the server keeps WAL for it; 0 if it keeps none
     * @param safeWalSize how many bytes may be written before the server removes WAL it needs; null for without limit
     */
    public record State(
            boolean active,
            int activePid,
            @Nullable String plugin,
            @Nullable String database,
            @Nullable String walStatus,
            @Nullable String invalidationReason,
            long confirmedFlush,
            long restartLsn,
            @Nullable Long safeWalSize) {

        /** Whether it can never be read again. */
        public boolean isLost() {
            return "lost".equals(walStatus) || invalidationReason != null;
        }

        boolean isOf(String ourDatabase) {
            return "pgoutput".equals(plugin) && ourDatabase.equals(database);
        }

        /** How much WAL the server keeps for it, in bytes. */
        public long retainedBytes(long wal) {
            return restartLsn == 0 ? 0 : Math.max(0, wal - restartLsn);
        }
    }

    /** Its state, or empty if it does not exist. */
    public Optional<State> state() throws SQLException {
        return source.queryOne(
                "select " + COLUMNS + " from pg_replication_slots s where s.slot_name = ?", row -> read(row, 1), name);
    }

    /** Reads {@link #COLUMNS} from this one on. */
    static State read(ResultSet row, int first) throws SQLException {
        return new State(
                row.getBoolean(first),
                row.getInt(first + 1),
                row.getString(first + 2),
                row.getString(first + 3),
                row.getString(first + 4),
                row.getString(first + 5),
                lsn(row.getString(first + 6)),
                lsn(row.getString(first + 7)),
                row.getObject(first + 8, Long.class));
    }

    private static long lsn(@Nullable String text) {
        return text == null ? 0 : Lsn.parse(text);
    }

    /** Who reads it, as far as this user may see that; empty if nobody does. */
    Optional<String> reader() throws SQLException {
        return source.queryOne(
                "select concat_ws(', ', 'PID ' || s.active_pid, 'application_name ' || nullif(a.application_name, ''),"
                        + " 'from ' || host(a.client_addr), 'since ' || a.backend_start)"
                        + " from pg_replication_slots s left join pg_stat_activity a on a.pid = s.active_pid"
                        + " where s.slot_name = ? and s.active_pid is not null",
                row -> row.getString(1),
                name);
    }

    /**
     * Makes it, and returns its consistent point: what commits later is in it, what was committed before is not. Waits for
     * every transaction that runs now, without limit.
     */
    long create() throws SQLException {
        source.waitWithoutLimit();
        String lsn = source.queryOne(
                        "select lsn::text from pg_create_logical_replication_slot(?, 'pgoutput')",
                        row -> row.getString(1),
                        name)
                .orElseThrow();
        source.waitAgainAsUsual();
        return Lsn.parse(lsn);
    }

    void drop() throws SQLException {
        source.query("select pg_drop_replication_slot(?)", row -> true, name);
    }
}
