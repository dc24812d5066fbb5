package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.shard.PostgresShard;

/**
 * The names that a shard has elsewhere.
 *
 * @param engine in logs, threads and MBeans
 * @param slot on the source server
 * @param publication in the source database
 */
public record ShardNames(String engine, String slot, String publication) {

    public static ShardNames of(String pipeline, PostgresShard shard) {
        String both = pipeline.replace('-', '_') + "_" + shard.id();
        return new ShardNames(
                "cdc-" + pipeline + "-" + shard.id(),
                shard.slot().orElse("cdc_" + both),
                shard.publication().orElse("cdc_" + both));
    }
}
