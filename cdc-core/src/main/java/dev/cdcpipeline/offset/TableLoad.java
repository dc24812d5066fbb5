package dev.cdcpipeline.offset;

/** How far the first load of a table has come in one target. */
public enum TableLoad {
    /** Not begun or not finished. */
    PENDING,
    /**
     * Every row was read, but the stream has not come to the moment when the last one was read: older changes follow, and the
     * table's rows may still step back.
     */
    CATCHING_UP,
    /** Every row was read and applied, and the stream has come past that moment. */
    SUCCEEDED,
    /** The table had no row. */
    EMPTY,
    /** Not asked for: the shard had {@code FirstLoad.NONE} when the target first saw the table. */
    SKIPPED,
    /** The last attempt was given up by the connector; the table is loaded again from its beginning. */
    FAILED;

    /** Whether its rows must be read, from the beginning or on from where it was. */
    public boolean isUnread() {
        return this == PENDING || this == FAILED;
    }

    /** Whether nothing is left to do. */
    public boolean isDone() {
        return this == SUCCEEDED || this == EMPTY || this == SKIPPED;
    }
}
