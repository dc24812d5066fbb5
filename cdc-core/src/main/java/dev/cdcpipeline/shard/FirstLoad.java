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
     * see no row step back. Views are emptied first, an interrupted load starts over, and the source keeps its WAL meanwhile.
     * Tables need no primary key. A table or projection that is added later is loaded as with {@link #INCREMENTAL}.
     */
    SNAPSHOT,
    /** Rows that exist already are not read; targets see changes from now on. */
    NONE
}
