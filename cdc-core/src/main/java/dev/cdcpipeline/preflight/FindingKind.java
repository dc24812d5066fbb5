package dev.cdcpipeline.preflight;

/** What is wrong at a source, or between it and a target. */
public enum FindingKind {
    /** The server is older than what this library was measured with. */
    SERVER_VERSION(Severity.REFUSED),
    /** The server is in recovery: changes cannot be captured from a standby. */
    STANDBY(Severity.REFUSED),
    /** {@code wal_level} is not {@code logical}. */
    WAL_LEVEL(Severity.REFUSED),
    /** The database says of no text how it is encoded ({@code SQL_ASCII}). */
    ENCODING(Severity.REFUSED),
    /** The user may not replicate, or may not read a table. */
    PRIVILEGE(Severity.REFUSED),
    /** {@code max_replication_slots} leaves none for the slot that must be made. */
    NO_FREE_SLOT(Severity.REFUSED),
    /** {@code max_wal_senders} leaves none for the engine. It may be the one of an engine that is ending. */
    NO_FREE_SENDER(Severity.WAIT),
    /** A captured table does not exist, or its columns do not fit the records. */
    TABLE(Severity.REFUSED),
    /**
     * A table's REPLICA IDENTITY does not let updates and deletes through, or not as they are needed. A warning where the table
     * has no key and nothing that comes of it is wrong.
     */
    REPLICA_IDENTITY(Severity.REFUSED),
    /** The publication does not exist, or leaves a table, an operation, rows or columns out, and cannot be mended by this user. */
    PUBLICATION(Severity.REFUSED),
    /** The publication left out, for a time, something that was captured before: what changed meanwhile is lost. */
    PUBLICATION_GAP(Severity.GAP),
    /** The slot exists, but this pipeline knows nothing of it; or it is of another plugin or database. */
    SLOT_FOREIGN(Severity.REFUSED),
    /** Another process reads the slot. */
    SLOT_ACTIVE(Severity.WAIT),
    /** The slot does not exist any more. */
    SLOT_MISSING(Severity.GAP),
    /** The server has removed WAL that the slot needs ({@code wal_status = 'lost'}). */
    SLOT_LOST(Severity.GAP),
    /** The slot was acknowledged beyond what is stored, by someone else or before a target was restored. */
    SLOT_AHEAD(Severity.GAP),
    /** A target has no offset although the slot was acknowledged. */
    OFFSET_MISSING(Severity.GAP),
    /**
     * A target that repairs itself has lost its offset, or stands before what was acknowledged: its tables are loaded again, until
     * which it lacks rows or has old ones.
     */
    OFFSET_LOST(Severity.WARNING),
    /** Another server than the one that the offsets belong to. */
    SYSTEM_IDENTIFIER(Severity.REFUSED),
    /** The server's history left the one that the offsets belong to before the stored boundary. */
    TIMELINE(Severity.GAP),
    /** The stored boundary is beyond the server's WAL: it was restored or failed over to an older state. */
    BOUNDARY_AHEAD(Severity.GAP),
    /** Partitions came with rows, went with theirs, or were emptied, which no stream tells: views differ until they are loaded again. */
    PARTITIONS(Severity.WARNING),
    /** The server is about to remove WAL that the slot needs ({@code wal_status = 'unreserved'}, or little {@code safe_wal_size}). */
    WAL_AT_RISK(Severity.WARNING),
    /** The slot holds more WAL back than the limit. */
    RETAINED_WAL(Severity.WARNING);

    private final Severity severity;

    FindingKind(Severity severity) {
        this.severity = severity;
    }

    /** What it means unless a policy says otherwise. */
    public Severity severity() {
        return severity;
    }
}
