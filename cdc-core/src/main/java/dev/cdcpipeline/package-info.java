/**
 * The way in: {@link dev.cdcpipeline.CdcPipeline}. It runs change data capture inside a service: one Debezium engine for
 * each shard, targets whose progress is committed with their data.
 */
@NullMarked
package dev.cdcpipeline;

import org.jspecify.annotations.NullMarked;
