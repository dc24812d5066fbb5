package dev.cdcpipeline.monitor;

import java.util.EnumSet;
import java.util.Set;

/** What a shard is doing. {@link #canBecome} is the whole table of what may follow what. */
public enum ShardState {
    /** The pipeline was built; nothing was touched. */
    CREATED,
    /** Checks, publication, slot, and the start of the engine. */
    STARTING,
    /** Another instance runs the shard; this one takes over when its lease ends. */
    STANDBY,
    /** An operator lets the shard stand still, on every instance, until it is resumed. */
    PAUSED,
    /** Streaming, with the load of some table beside it. */
    LOADING,
    /** Streaming. */
    STREAMING,
    /** The engine or a target failed in a way that is expected to pass; waiting for the next try. */
    RETRYING,
    /** Being closed. */
    STOPPING,
    /** Closed. */
    STOPPED,
    /** Given up until a restart is asked for: the last error says why. Other shards go on. Nothing is lost; the slot keeps it. */
    FAILED;

    /** Whether the shard will do nothing more by itself. */
    public boolean isFinal() {
        return this == STOPPED || this == FAILED;
    }

    /** Whether an engine may be at work. */
    public boolean isRunning() {
        return this == LOADING || this == STREAMING || this == RETRYING;
    }

    /** Whether {@code next} may follow. */
    public boolean canBecome(ShardState next) {
        return after(this).contains(next);
    }

    private static Set<ShardState> after(ShardState state) {
        return switch (state) {
            case CREATED -> EnumSet.of(STARTING, STANDBY, PAUSED, RETRYING, STOPPING);
            case STARTING -> EnumSet.of(STANDBY, PAUSED, LOADING, STREAMING, RETRYING, FAILED, STOPPING);
            case STANDBY, PAUSED -> EnumSet.of(STANDBY, PAUSED, STARTING, RETRYING, FAILED, STOPPING);
            case LOADING, STREAMING, RETRYING ->
                EnumSet.of(LOADING, STREAMING, RETRYING, STARTING, STANDBY, PAUSED, FAILED, STOPPING);
            case FAILED -> EnumSet.of(STARTING, STANDBY, PAUSED);
            case STOPPING -> EnumSet.of(STOPPED, FAILED);
            case STOPPED -> EnumSet.noneOf(ShardState.class);
        };
    }
}
