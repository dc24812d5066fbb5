package dev.cdcpipeline.backfill;

/** How far a backfill has come in one shard. */
public enum BackfillState {
    /** Stored; the shard has not begun it. */
    REQUESTED,
    /** Rows are read, or the stream is catching up with what was read. It goes on after a crash, on whatever instance. */
    RUNNING,
    /** It is to end without being finished; the shard has not done so yet. */
    CANCELLING,
    /** Every row of every table was read and applied, and rows that the source does not have are gone. */
    DONE,
    /** It was ended before it was done. What was read stays; nothing was removed. */
    CANCELLED,
    /** It cannot be done: the note says why. */
    REFUSED;

    /** Whether nothing more will happen. */
    public boolean hasEnded() {
        return this == DONE || this == CANCELLED || this == REFUSED;
    }
}
