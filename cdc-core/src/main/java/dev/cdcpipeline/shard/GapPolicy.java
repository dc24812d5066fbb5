package dev.cdcpipeline.shard;

/**
 * What to do when changes are lost at the source: the slot is gone, invalidated or was read by someone else, or the server was
 * restored to an older state. Nothing can bring them back; only reading every row again makes the targets right.
 */
public enum GapPolicy {
    /**
     * The default. The shard stops; its error has both LSNs and says what to do. No engine is started past the gap, and one that
     * runs is ended at the next look, within the watchdog interval.
     */
    REFUSE,
    /**
     * The shard makes a new slot and reads every table again, at once and without asking. Rows that no longer exist at the
     * source are removed from the targets that can do so: those that know which rows of a view are this shard's.
     */
    RELOAD
}
