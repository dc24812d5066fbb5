/** Runs one Debezium engine per shard, supervises it, and prepares its start. Not API. */
@NullMarked
package dev.cdcpipeline.internal.engine;

import org.jspecify.annotations.NullMarked;
