package dev.cdcpipeline.monitor;

/**
 * Hears what a pipeline does. Called on the shard's own thread, between two batches: be quick, do no I/O. What a listener
 * throws is logged and goes no further. A crash may swallow any call.
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
}
