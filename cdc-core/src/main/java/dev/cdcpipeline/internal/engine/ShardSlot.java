package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.postgres.SlotCatalog;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.monitor.SlotStatus;
import dev.cdcpipeline.shard.PostgresShard;

/** A shard's slot as its source shows it. */
public final class ShardSlot {

    private ShardSlot() {}

    /** Asks the source; one that cannot be asked is said to be in trouble. */
    public static SlotStatus status(PostgresShard shard, String pipeline) {
        String slot = ShardNames.of(pipeline, shard).slot();
        try (SourceConnection source = SourceConnection.open(shard)) {
            return new SlotCatalog(source).status(slot);
        } catch (CdcException e) {
            return SlotStatus.unknown(shard.id().name(), slot, String.valueOf(e.getMessage()));
        }
    }
}
