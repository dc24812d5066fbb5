package dev.cdcpipeline.offset;

/** What a load of a table does with the rows that are there already. */
public enum LoadKind {
    /** Rows are added and put right; those that the source does not have stay. */
    FILL,
    /** The same, and at its end rows that neither the load nor the stream has brought are removed, where a target can do so. */
    REPLACE
}
