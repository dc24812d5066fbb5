package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.deadletter.LetterOwner;
import dev.cdcpipeline.internal.postgres.SlotCatalog;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.Target;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a shard away: its offsets and dead letters, its slot, what is known of the slot, in this order, so that whatever a crash leaves is refused
 * by the next start and can be dropped again. The lease is held meanwhile. What is wrong with the source's tables or settings, or
 * with the targets' views, does not matter: dropping is the remedy when a disk fills up.
 */
public final class ShardDrop {
    private static final Logger LOG = LoggerFactory.getLogger(ShardDrop.class);

    private final PostgresShard shard;
    private final PipelineSettings settings;

    public ShardDrop(PostgresShard shard, PipelineSettings settings) {
        this.shard = shard;
        this.settings = settings;
    }

    /** @throws IllegalStateException if another instance runs the shard */
    public void run() {
        LeaseStore leases = settings.offsets().leases();
        Lease lease = leases.acquire(
                settings.pipeline(), shard.id(), settings.instance().text(), settings.leaseTime());
        if (!lease.isMine()) {
            throw new IllegalStateException("[" + shard.id() + "] '" + lease.owner()
                    + "' runs the shard; pause it, or close the pipeline there");
        }
        try (LeaseRenewal held = new LeaseRenewal(settings, shard.id(), lease.epoch());
                SourceConnection source = SourceConnection.open(shard)) {
            for (Target target : settings.targets()) {
                target.forget(settings.pipeline(), shard.id(), lease.epoch());
                if (target.deadLetters().isEmpty()) {
                    settings.offsets()
                            .deadLetters()
                            .forget(new LetterOwner(settings.pipeline(), shard.id(), target.name(), lease.epoch()));
                }
            }
            String slot = ShardNames.of(settings.pipeline(), shard).slot();
            held.confirm();
            new SlotCatalog(source).drop(slot);
            settings.offsets().forgetSlot(settings.pipeline(), shard.id(), lease.epoch());
            LOG.info(
                    "[{}] slot '{}' and the offsets of {} target(s) are dropped",
                    shard.id(),
                    slot,
                    settings.targets().size());
        }
    }
}
