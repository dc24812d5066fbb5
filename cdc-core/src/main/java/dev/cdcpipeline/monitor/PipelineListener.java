package dev.cdcpipeline.monitor;

import dev.cdcpipeline.deadletter.NewLetter;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.preflight.Finding;

/**
 * Hears what a pipeline does. Called on a thread of the shard: what concerns batches on the one that applies them, so be quick
 * and do no I/O. What a listener throws is logged and goes no further. A crash may swallow any call.
 */
public interface PipelineListener {

    /** Hears nothing. */
    PipelineListener NONE = new PipelineListener() {};

    /** A shard changed its state. {@code reason} says why, for people; it may be empty. */
    default void stateChanged(String shard, ShardState from, ShardState to, String reason) {}

    /** A target has applied a batch, durably; the engine is not told yet. */
    default void applied(BatchApplied batch) {}

    /** Every target has applied what the engine delivered, and the engine was told; the slot moves some time after. */
    default void acknowledged(String shard) {}

    /** The first load of every table of a shard has ended well. */
    default void loaded(String shard) {}

    /** A target failed and will be tried again after a pause; {@code attempt} counts from 1 for each batch. */
    default void retrying(String shard, String target, int attempt, Throwable failure) {}

    /**
     * A change was parked, durably: for its own failure, or behind another of the same key. Its rows and its error's message are
     * data, and belong in no log; {@code toString} has none of them.
     */
    default void parked(String shard, String target, NewLetter letter) {}

    /** A change was left out for good: by its failure policy, by an operator, or because its table was truncated. */
    default void discarded(LetterEvent letter, String reason) {}

    /** A parked change was applied after all, and its letter removed. */
    default void replayed(LetterEvent letter) {}

    /** A parked change was tried again, and stays. */
    default void failedAgain(LetterEvent letter) {}

    /** The retention has cut letters of a projection. */
    default void cut(String shard, String target, String projection, long letters) {}

    /** The load of a table has come further: told with each batch that holds rows of it, and when its state changes. */
    default void loadProgress(String shard, LoadProgress progress) {}

    /**
     * Something is wrong at the source, or a target has lost its data and is loaded again: told once for each thing, and again when
     * it comes back after it was gone.
     */
    default void found(Finding finding) {}

    /** Changes are lost at the source; {@code reloading} says whether every table is read again or the shard stops. */
    default void gap(Finding finding, boolean reloading) {}

    /** This instance has got the lease of a shard. */
    default void leaseAcquired(String shard, Epoch epoch) {}

    /** This instance has not the lease any more: given back, or taken by another. */
    default void leaseLost(String shard, String reason) {}
}
