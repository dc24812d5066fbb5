package dev.cdcpipeline.projection.jdbc;

/** What a {@link MirrorProjection} does when a column appears at the source that its table lacks. */
public enum SchemaEvolution {
    /** Leaves it out: the table keeps the columns that it has. */
    NONE,
    /**
     * Adds it to the table, nullable and without a default, in the transaction of the first row that has it. The user of the data
     * source must own the table. Nothing is dropped or renamed. A column whose type changes at the source gets that type if the
     * mirror has {@link MirrorProjectionBuilder#createTable}, and keeps its own otherwise.
     */
    ADD_COLUMNS
}
