package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.internal.postgres.SlotCatalog;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.internal.postgres.SourceTableInfo;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.lease.Lease;
import dev.cdcpipeline.lease.LeaseStore;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.Target;
import dev.cdcpipeline.target.TargetContext;
import dev.cdcpipeline.target.TargetSession;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a shard away: its offsets, its slot, what is known of the slot, in this order, so that whatever a crash leaves is refused
 * by the next start and can be dropped again. The lease is held meanwhile.
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
        try (SourceConnection source = SourceConnection.open(shard)) {
            TargetContext context = context(lease.epoch(), source);
            for (Target target : settings.targets()) {
                try (TargetSession session = target.open(context)) {
                    session.forget();
                }
            }
            String slot = ShardNames.of(settings.pipeline(), shard).slot();
            new SlotCatalog(source).drop(slot);
            settings.offsets().forgetSlot(settings.pipeline(), shard.id(), lease.epoch());
            LOG.info(
                    "[{}] slot '{}' and the offsets of {} target(s) are dropped",
                    shard.id(),
                    slot,
                    settings.targets().size());
        } finally {
            leases.release(settings.pipeline(), shard.id(), lease.epoch());
        }
    }

    private TargetContext context(Epoch epoch, SourceConnection source) {
        SourceSetup setup = SourceSetup.check(
                source,
                settings.targets().stream()
                        .flatMap(target -> target.tables().stream())
                        .collect(Collectors.toList()),
                ShardNames.of(settings.pipeline(), shard).slot());
        return new TargetContext(
                settings.pipeline(),
                shard.id(),
                settings.shards(),
                epoch,
                setup.tables().values().stream()
                        .collect(Collectors.toMap(SourceTableInfo::name, SourceTableInfo::key)));
    }
}
