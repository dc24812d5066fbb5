package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.internal.dispatch.BoundaryFormat;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.shard.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the shard's slot at its first start, and checks it at every later one. The intent is stored before the slot is made
 * and the first boundary after it, so that a crash in between is seen: then the slot, which nobody has read, is made anew.
 */
final class SlotSetup {
    private static final Logger LOG = LoggerFactory.getLogger(SlotSetup.class);
    private static final Duration LEFTOVER_WAIT = Duration.ofSeconds(20);

    private final SourceConnection source;
    private final String slotName;
    private final ReplicationSlot slot;
    private final OffsetStore store;
    private final String pipeline;
    private final Epoch epoch;
    private final BoundaryFormat boundaryFormat;

    SlotSetup(
            SourceConnection source,
            String slotName,
            OffsetStore store,
            String pipeline,
            Epoch epoch,
            BoundaryFormat boundaryFormat) {
        this.source = source;
        this.slotName = slotName;
        this.slot = new ReplicationSlot(source, slotName);
        this.store = store;
        this.pipeline = pipeline;
        this.epoch = epoch;
        this.boundaryFormat = boundaryFormat;
    }

    /** @throws ShardStartException if the slot is not the one that the stored offsets belong to, with the remedy */
    SlotRecord createOrVerify(ServerInfo server) throws SQLException, InterruptedException {
        Optional<SlotRecord> known = store.slot(pipeline, shard());
        Optional<ReplicationSlot.State> state = slot.state();
        if (known.isEmpty()) {
            if (state.isPresent()) {
                throw refuse("slot '" + slotName
                        + "' exists, but this pipeline has no offset for it: it belongs to someone else"
                        + " or cdc_slot was lost; name another with slot(...), or SELECT pg_drop_replication_slot('"
                        + slotName
                        + "')");
            }
            return create(server);
        }
        SlotRecord record = known.get();
        if (!record.slot().equals(slotName)) {
            throw refuse("the stored offsets belong to slot '" + record.slot() + "', not '" + slotName
                    + "'; name the old slot with slot(...)");
        }
        if (!record.systemIdentifier().equals(server.systemIdentifier())) {
            throw refuse("this is another server than the one the stored offsets belong to (system identifier "
                    + server.systemIdentifier() + ", stored " + record.systemIdentifier()
                    + "); check host(...) and port(...)");
        }
        if (record.phase() == SlotRecord.Phase.CREATING) {
            dropLeftover();
            return create(server);
        }
        verify(state);
        return record;
    }

    private void verify(Optional<ReplicationSlot.State> state) {
        if (state.isEmpty()) {
            throw refuse(
                    "slot '" + slotName + "' is gone, and with it the changes after the stored boundary; nothing was"
                            + " applied; docs/operations.md says how to load anew");
        }
        ReplicationSlot.State found = state.get();
        if (!"pgoutput".equals(found.plugin()) || !source.shard().database().equals(found.database())) {
            throw refuse("slot '" + slotName + "' is of plugin " + found.plugin() + " in database " + found.database()
                    + ", not ours; name another with slot(...)");
        }
        if ("lost".equals(found.walStatus())) {
            throw refuse(
                    "slot '" + slotName + "' is invalidated (wal_status lost): the server has removed WAL that was not"
                            + " read yet; docs/operations.md says how to load anew; raise max_slot_wal_keep_size");
        }
    }

    private SlotRecord create(ServerInfo server) throws SQLException {
        SlotRecord intent = SlotRecord.creating(slotName, server.systemIdentifier(), 0);
        store.saveSlot(pipeline, shard(), epoch, intent);
        LOG.info("[{}] creating slot '{}'; this waits for transactions that run now", shard(), slotName);
        long lsn = slot.create();
        SlotRecord created =
                intent.created(boundaryFormat.boundary(lsn, server.transactionId(), 0), Position.boundary(lsn));
        store.saveSlot(pipeline, shard(), epoch, created);
        LOG.info("[{}] created slot '{}' at {}", shard(), slotName, Lsn.format(lsn));
        return created;
    }

    /** The backend of a killed process may still be making it. */
    private void dropLeftover() throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + LEFTOVER_WAIT.toNanos();
        Optional<ReplicationSlot.State> state = slot.state();
        while (state.isPresent() && state.get().active()) {
            if (System.nanoTime() > deadline) {
                throw refuse("slot '" + slotName
                        + "' is still being made by a process that was killed; end the transactions it"
                        + " waits for (pg_stat_activity) or terminate its backend, then start again");
            }
            Thread.sleep(100);
            state = slot.state();
        }
        if (state.isPresent()) {
            slot.drop();
        }
    }

    private ShardId shard() {
        return source.shard().id();
    }

    private ShardStartException refuse(String message) {
        return new ShardStartException(shard().name(), message);
    }
}
