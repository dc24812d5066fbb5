package dev.cdcpipeline.change;

/** What happened to a row. */
public enum Operation {
    /** The row was inserted. */
    CREATE,
    /** The row was updated, its key stayed. An update of the key arrives as a {@link #DELETE} and a {@link #CREATE}. */
    UPDATE,
    /** The row was deleted. */
    DELETE,
    /**
     * The row was read by a first load or a backfill. It is a statement of how the row looks now, not of a change; it may
     * arrive more than once and must be applied as an upsert.
     */
    READ,
    /** The whole table was emptied. Such a change has no key and no row. */
    TRUNCATE
}
