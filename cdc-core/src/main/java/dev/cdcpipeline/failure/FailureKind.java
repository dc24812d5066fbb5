package dev.cdcpipeline.failure;

/** What a failure of a target or a projection means. */
public enum FailureKind {
    /** It passes by itself: the batch is tried again, in order, with exponential back-off, for ever. */
    TRANSIENT,
    /** The change is the trouble: it is found, and the failure policy of its projection decides. */
    DATA,
    /** No change would work: a privilege, a table, a password. The shard stops after the tries of its failure policy. */
    FATAL
}
