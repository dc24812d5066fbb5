package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.internal.dispatch.BoundaryFormat;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The slot that the connector makes in the same start as its snapshot. A snapshot is exact only beside a slot that begins at its
 * moment, so that is asked at the source when it has ended, before any target takes it for the truth.
 */
public final class SnapshotSlot {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSlot.class);

    private final PostgresShard shard;
    private final SlotRecord intent;
    private final long transactionId;
    private final OffsetStore store;
    private final String pipeline;
    private final Epoch epoch;
    private final BoundaryFormat boundaryFormat;

    SnapshotSlot(
            PostgresShard shard,
            SlotRecord intent,
            long transactionId,
            OffsetStore store,
            String pipeline,
            Epoch epoch,
            BoundaryFormat boundaryFormat) {
        this.shard = shard;
        this.intent = intent;
        this.transactionId = transactionId;
        this.store = store;
        this.pipeline = pipeline;
        this.epoch = epoch;
        this.boundaryFormat = boundaryFormat;
    }

    /**
     * Refuses a snapshot beside a slot that was there before, made by an owner that has lost the shard since.
     *
     * @param madeAt where the slot begins that the connector made in this run; empty if it made none
     */
    public void requireMade(OptionalLong madeAt) {
        if (madeAt.isEmpty()) {
            throw new CdcException("[" + shard.id() + "] slot '" + intent.slot()
                    + "' was there before the snapshot, made by someone else; the load starts over");
        }
    }

    /**
     * The slot with its first boundary, where the snapshot's rows belong.
     *
     * @param snapshotLsn what the snapshot says where it was made
     * @param madeAt where the slot begins that the connector made in this run; empty if it made none
     * @throws PreflightException if the slot can never be read
     * @throws CdcException if the slot is another one by now; the load starts over
     * @throws dev.cdcpipeline.failure.ShardStartException if the source does not answer
     */
    public SlotRecord ended(long snapshotLsn, OptionalLong madeAt) {
        requireMade(madeAt);
        Optional<ReplicationSlot.State> found = state();
        new SlotFindings(shard, intent.slot())
                .unusable(found, snapshotLsn)
                .filter(finding -> found.isPresent())
                .ifPresent(finding -> {
                    throw new PreflightException(shard.id().name(), List.of(finding));
                });
        long begins = found.map(ReplicationSlot.State::confirmedFlush).orElse(0L);
        if (madeAt.getAsLong() != snapshotLsn || begins != snapshotLsn) {
            throw new CdcException("[" + shard.id() + "] slot '" + intent.slot() + "' begins at " + Lsn.format(begins)
                    + ", the snapshot at " + Lsn.format(snapshotLsn) + " beside a slot at "
                    + Lsn.format(madeAt.getAsLong())
                    + ": someone else dropped or read the slot meanwhile; the load starts over");
        }
        return intent.created(boundaryFormat.boundary(snapshotLsn, transactionId, 0), Position.boundary(snapshotLsn));
    }

    /** Ends the connector's wait for the transactions that a new slot waits for; it cannot be interrupted otherwise. */
    public void stopMaking() {
        try (SourceConnection source = SourceConnection.open(shard)) {
            source.answer(() -> source.query(
                    "select pg_terminate_backend(active_pid) from pg_replication_slots"
                            + " where slot_name = ? and active_pid is not null and confirmed_flush_lsn is null",
                    row -> true,
                    intent.slot()));
        } catch (CdcException e) {
            LOG.debug("[{}] the wait for the slot goes on: {}", shard.id(), e.getMessage());
        }
    }

    private Optional<ReplicationSlot.State> state() {
        try (SourceConnection source = SourceConnection.open(shard)) {
            return source.answer(() -> new ReplicationSlot(source, intent.slot()).state());
        }
    }

    /**
     * Stores it, once every target has the end of the snapshot.
     *
     * @throws dev.cdcpipeline.failure.FencedException if another owner has taken the shard
     */
    public void store(SlotRecord created) {
        store.saveSlot(pipeline, shard.id(), epoch, created);
    }
}
