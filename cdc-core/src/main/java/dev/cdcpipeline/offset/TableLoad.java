package dev.cdcpipeline.offset;

/** How far the first load of a table has come in one target. */
public enum TableLoad {
    /** Not begun or not finished. */
    PENDING,
    /** Every row was read and applied. */
    SUCCEEDED,
    /** The table had no row. */
    EMPTY,
    /** Not asked for: the shard had {@code FirstLoad.NONE} when the target first saw the table. */
    SKIPPED,
    /** The last attempt was given up by the connector; the table is loaded again from its beginning. */
    FAILED;

    /** Whether nothing is left to do. */
    public boolean isDone() {
        return this == SUCCEEDED || this == EMPTY || this == SKIPPED;
    }
}
