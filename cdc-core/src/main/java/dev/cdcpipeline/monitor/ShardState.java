package dev.cdcpipeline.monitor;

/** What a shard is doing. */
public enum ShardState {
    /** The pipeline was built; nothing was touched. */
    CREATED,
    /** Checks, claim, publication, slot, and the start of the engine. */
    STARTING,
    /** Streaming, with the first load of some table beside it. */
    LOADING,
    /** Streaming. */
    STREAMING,
    /** The engine or a target failed in a way that is expected to pass; waiting for the next try. */
    RETRYING,
    /** Being closed. */
    STOPPING,
    /** Closed. */
    STOPPED,
    /** Given up: the last error says why. Other shards go on. Nothing is lost; the slot keeps the changes. */
    FAILED;

    /** Whether the shard will do nothing more. */
    public boolean isFinal() {
        return this == STOPPED || this == FAILED;
    }
}
