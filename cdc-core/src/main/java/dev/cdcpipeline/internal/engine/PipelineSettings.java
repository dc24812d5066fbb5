package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.dispatch.FailureSettings;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.shard.ShardId;
import dev.cdcpipeline.target.Target;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What all shards of a pipeline share.
 *
 * @param pipeline its name
 * @param instance this process, among those that run the pipeline
 * @param shards all that it has
 * @param targets where changes go
 * @param offsets the pipeline's memory
 * @param listener hears what happens
 * @param batchSize most records that the engine hands over at once
 * @param maxTransactionRows most changes of a transaction that are held before a piece of it is applied
 * @param leaseTime how long a lease lasts unless renewed
 * @param watchdogInterval how often a running shard's source is inspected
 * @param failures what becomes of changes that fail
 * @param shutdownTimeout how long a shard may take to stop
 */
public record PipelineSettings(
        String pipeline,
        InstanceName instance,
        Set<ShardId> shards,
        List<Target> targets,
        OffsetStore offsets,
        PipelineListener listener,
        int batchSize,
        int maxTransactionRows,
        Duration leaseTime,
        Duration watchdogInterval,
        FailureSettings failures,
        Duration shutdownTimeout) {}
