package dev.cdcpipeline.internal.postgres;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A logical replication slot of a source. */
public final class ReplicationSlot {
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
     * @param plugin the output plugin
     * @param database the database it decodes
     * @param walStatus {@code lost} if WAL it needs is gone
     * @param confirmedFlush what was acknowledged; 0 while it is being made
     */
    public record State(
            boolean active,
            String plugin,
            String database,
            @Nullable String walStatus,
            long confirmedFlush) {}

    /** Its state, or empty if it does not exist. */
    public Optional<State> state() throws SQLException {
        return source.queryOne(
                "select active, plugin, database, wal_status, coalesce(confirmed_flush_lsn, '0/0')::text"
                        + " from pg_replication_slots where slot_name = ?",
                row -> new State(
                        row.getBoolean(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        Lsn.parse(row.getString(5))),
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
