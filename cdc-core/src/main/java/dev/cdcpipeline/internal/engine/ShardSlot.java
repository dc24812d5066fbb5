package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.postgres.SlotCatalog;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.monitor.SlotStatus;
import dev.cdcpipeline.shard.PostgresShard;

/** A shard's slot as its source shows it. */
public final class ShardSlot {

    private ShardSlot() {}

    /** @throws dev.cdcpipeline.failure.ShardStartException if the source cannot be asked */
    public static SlotStatus status(PostgresShard shard, String pipeline) {
        try (SourceConnection source = SourceConnection.open(shard)) {
            return new SlotCatalog(source).status(ShardNames.of(pipeline, shard).slot());
        }
    }
}
