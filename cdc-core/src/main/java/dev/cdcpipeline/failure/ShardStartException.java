package dev.cdcpipeline.failure;

import org.jspecify.annotations.Nullable;

/**
 * A shard cannot be started: its database cannot be reached, the publication does not cover a table, the slot is gone,
 * and the like. The message begins with the shard's name and ends with the remedy. Nothing was applied.
 */
public class ShardStartException extends CdcException {
    private static final long serialVersionUID = 1L;

    private final String shard;

    public ShardStartException(String shard, String message) {
        this(shard, message, null);
    }

    public ShardStartException(String shard, String message, @Nullable Throwable cause) {
        super("[" + shard + "] " + message, cause);
        this.shard = shard;
    }

    /** The name of the shard that could not be started. */
    public String shard() {
        return shard;
    }
}
