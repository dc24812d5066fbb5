package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.target.Target;
import java.time.Duration;
import java.util.List;

/**
 * What all shards of a pipeline share.
 *
 * @param pipeline its name
 * @param owner who runs it, for people to read
 * @param shards how many shards it has
 * @param targets where changes go
 * @param offsets the pipeline's memory
 * @param listener hears what happens
 * @param batchSize most records that the engine hands over at once
 * @param maxTransactionRows most changes of a transaction that are held before a piece of it is applied
 * @param shutdownTimeout how long a shard may take to stop
 */
public record PipelineSettings(
        String pipeline,
        String owner,
        int shards,
        List<Target> targets,
        OffsetStore offsets,
        PipelineListener listener,
        int batchSize,
        int maxTransactionRows,
        Duration shutdownTimeout) {}
