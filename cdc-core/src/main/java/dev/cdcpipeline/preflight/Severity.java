package dev.cdcpipeline.preflight;

/** What a finding means for the shard. */
public enum Severity {
    /** It runs, but someone ought to look: the slot holds much WAL back, its WAL is about to be removed. */
    WARNING,
    /** It cannot run now and will by itself: the slot is still in use by an engine that is ending. */
    WAIT,
    /** It cannot run until someone has done what the remedy says. */
    REFUSED,
    /** Changes are lost at the source or its history is another one: {@link dev.cdcpipeline.shard.GapPolicy} decides. */
    GAP
}
