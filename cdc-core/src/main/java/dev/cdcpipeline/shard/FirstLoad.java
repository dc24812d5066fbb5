package dev.cdcpipeline.shard;

/** How the rows that a table already has get into a target that does not know the table yet. */
public enum FirstLoad {
    /**
     * The default. Streaming starts at once and the rows are read beside it, chunk by chunk in key order; a crash resumes
     * where it was. While a table is loading, its readers may see a row step back for a moment. Every table needs a primary
     * key.
     */
    INCREMENTAL,
    /**
     * The rows are read at one moment, before streaming starts where that moment was; about twice as fast, and readers of a view
     * see no row step back. Tables need no primary key.
     *
     * <p>The targets are emptied of the shard's rows first, by a TRUNCATE of each table. A load that is interrupted, by a crash,
     * a lost connection to the source, a pause or a restart, starts over in the same way. One transaction reads all rows: until
     * its end the source keeps its WAL and does not clean up what it still sees.
     *
     * <p>What is added later, a table, a projection or a target, is loaded as with {@link #INCREMENTAL}; so is every table after a
     * gap ({@link GapPolicy#RELOAD}), unless one can only be read by a snapshot: then all targets are emptied and read anew.
     */
    SNAPSHOT,
    /** Rows that exist already are not read; targets see changes from now on. */
    NONE
}
