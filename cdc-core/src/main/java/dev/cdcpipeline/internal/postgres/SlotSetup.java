package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.failure.ShardStartException;
import dev.cdcpipeline.internal.dispatch.BoundaryFormat;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.shard.ShardId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the shard's slot at its first start, and checks it at every later one. The intent is stored before the slot is made
 * and the first boundary after it, so that a crash in between is seen: then the slot, which nobody has read, is made anew.
 *
 * <p>All methods throw {@link PreflightException} if the slot, the server or the boundary do not belong together, and
 * {@link ShardStartException} if the server does not answer. One thread; {@link SourceConnection#abort()} from any.
 */
public final class SlotSetup {
    private static final Logger LOG = LoggerFactory.getLogger(SlotSetup.class);
    private static final Duration LEFTOVER_WAIT = Duration.ofSeconds(20);
    private static final Duration SENDER_WAIT = Duration.ofSeconds(2);
    private static final String NO_SLOT_LEFT = "53400";
    private static final String EXISTS = "42710";

    private final SourceConnection source;
    private final ServerInfo server;
    private final String slotName;
    private final ReplicationSlot slot;
    private final SlotFindings findings;
    private final OffsetStore store;
    private final String pipeline;
    private final Epoch epoch;
    private final BoundaryFormat boundaryFormat;

    SlotSetup(
            SourceConnection source,
            ServerInfo server,
            String slotName,
            OffsetStore store,
            String pipeline,
            Epoch epoch,
            BoundaryFormat boundaryFormat) {
        this.source = source;
        this.server = server;
        this.slotName = slotName;
        this.slot = new ReplicationSlot(source, slotName);
        this.findings = new SlotFindings(source.shard(), slotName);
        this.store = store;
        this.pipeline = pipeline;
        this.epoch = epoch;
        this.boundaryFormat = boundaryFormat;
    }

    /**
     * Refuses a server or a slot that is not the one that is stored: first of all, or a gap would be found, and perhaps closed, on a
     * server that has nothing to do with the stored offsets.
     */
    public void refuseOther() {
        known();
    }

    /**
     * Makes the slot, or checks that it and the server belong to the stored boundary, and stores the server's timeline.
     *
     * @param boundary that of the target that is furthest behind; empty if no target has an offset
     * @throws InterruptedException if the shard must stop while it waits
     */
    public SlotRecord createOrVerify(OptionalLong boundary) throws InterruptedException {
        Optional<SlotRecord> known = known();
        if (known.isPresent() && known.get().phase() == SlotRecord.Phase.CREATED) {
            return verify(known.get(), boundary);
        }
        if (boundary.isPresent()) {
            throw refuse(findings.notTheirs(boundary.getAsLong()));
        }
        if (known.isPresent()) {
            dropLeftover();
        }
        return create();
    }

    /**
     * What is stored of the slot.
     *
     * @throws PreflightException if it, or the slot itself, is of someone else
     */
    public Optional<SlotRecord> stored() {
        return known();
    }

    /**
     * Up to where the slot was acknowledged, as an offset from which an engine may be started; empty if it is gone, invalidated or of
     * someone else. It moves on while a walsender is attached: see {@link #awaitInactive}.
     */
    public Optional<Offset> acknowledged() {
        return source.answer(slot::state)
                .filter(state -> state.isOf(source.shard().database()) && !state.isLost())
                .map(ReplicationSlot.State::confirmedFlush)
                .filter(lsn -> lsn != 0)
                .map(lsn -> new Offset(
                        boundaryFormat.boundary(lsn, server.transactionId(), 0),
                        Position.boundary(lsn),
                        LoadState.none()));
    }

    /** Refuses a slot of this name that we may not drop, before anything is changed for its sake. */
    public void refuseForeign() {
        known();
        source.answer(slot::state).flatMap(findings::foreign).ifPresent(this::throwFound);
    }

    /**
     * Leaves it to the connector to make the slot together with its snapshot: stores that intent and drops the slot that is
     * there, because the connector would use it without a word. The targets must be empty by then, without an offset.
     *
     * @return with phase SNAPSHOT
     * @throws InterruptedException if the shard must stop while it waits
     */
    public SlotRecord leaveToSnapshot() throws InterruptedException {
        refuseForeign();
        SlotRecord intent = SlotRecord.snapshot(slotName, server.systemIdentifier(), server.timeline());
        store.saveSlot(pipeline, shard(), epoch, intent);
        dropLeftover();
        return intent;
    }

    /** Stores what is known of the slot by now. */
    public void note(SlotRecord record) {
        store.saveSlot(pipeline, shard(), epoch, record);
    }

    /** What looks at the slot when the snapshot of {@link #leaveToSnapshot} has ended. */
    public SnapshotSlot snapshotSlot(SlotRecord intent) {
        return new SnapshotSlot(source.shard(), intent, server.transactionId(), store, pipeline, epoch, boundaryFormat);
    }

    /**
     * Takes a snapshot for ended whose targets have all stored its end, although the slot's first boundary was not stored any more.
     *
     * @return empty if the slot does not begin at the targets' boundary
     */
    public Optional<SlotRecord> adopt(SlotRecord intent, String boundary, Position position) {
        boolean begins = source.answer(slot::state)
                .filter(state -> findings.foreign(state).isEmpty())
                .filter(state -> state.confirmedFlush() == position.base())
                .isPresent();
        if (!begins) {
            return Optional.empty();
        }
        SlotRecord created = intent.created(boundary, position);
        store.saveSlot(pipeline, shard(), epoch, created);
        return Optional.of(created);
    }

    /**
     * Drops the slot, if it is ours, and makes a new one, after a gap. A crash at any moment is repaired by the next start.
     *
     * <p>Every target must have forgotten its offset before, and the publication be mended: otherwise, after a crash in
     * between, the gap could not be seen any more.
     *
     * @throws InterruptedException if the shard must stop while it waits
     */
    public SlotRecord remake() throws InterruptedException {
        refuseForeign();
        store.saveSlot(
                pipeline, shard(), epoch, SlotRecord.creating(slotName, server.systemIdentifier(), server.timeline()));
        dropLeftover();
        return create();
    }

    /**
     * Waits a moment for a walsender that is ending.
     *
     * @throws PreflightException if another process reads the slot, naming it
     * @throws InterruptedException if the shard must stop while it waits
     */
    public void awaitInactive() throws InterruptedException {
        long deadline = System.nanoTime() + SENDER_WAIT.toNanos();
        Optional<String> reader = source.answer(slot::reader);
        while (reader.isPresent()) {
            if (System.nanoTime() > deadline) {
                throw refuse(findings.active(reader.get()));
            }
            Thread.sleep(100);
            reader = source.answer(slot::reader);
        }
    }

    private Optional<SlotRecord> known() {
        Optional<SlotRecord> known = store.slot(pipeline, shard());
        known.flatMap(stored -> findings.otherOwner(stored, server.systemIdentifier()))
                .ifPresent(this::throwFound);
        if (known.isEmpty() && source.answer(slot::state).isPresent()) {
            throw refuse(findings.unknown());
        }
        return known;
    }

    private SlotRecord verify(SlotRecord record, OptionalLong known) {
        long first = record.position() == null ? 0 : record.position().base();
        long boundary = known.orElse(first);
        Optional<ReplicationSlot.State> found = source.answer(slot::state);
        source.answer(() -> new Timeline(source).diverged(record.timeline(), server.timeline(), boundary))
                .ifPresent(this::throwFound);
        findings.unusable(found, boundary).ifPresent(this::throwFound);
        ReplicationSlot.State state = found.orElseThrow();
        (known.isPresent() ? findings.ahead(state, boundary) : findings.offsetMissing(state, first))
                .ifPresent(this::throwFound);
        findings.beyondWal(boundary, source.answer(source::walLsn)).ifPresent(this::throwFound);
        if (record.timeline() == server.timeline()) {
            return record;
        }
        SlotRecord moved = record.on(server.timeline());
        store.saveSlot(pipeline, shard(), epoch, moved);
        LOG.info("[{}] the source is on timeline {}, before {}", shard(), server.timeline(), record.timeline());
        return moved;
    }

    private SlotRecord create() {
        SlotRecord intent = SlotRecord.creating(slotName, server.systemIdentifier(), server.timeline());
        store.saveSlot(pipeline, shard(), epoch, intent);
        LOG.info("[{}] creating slot '{}'; this waits for transactions that run now", shard(), slotName);
        long lsn = createSlot();
        SlotRecord created =
                intent.created(boundaryFormat.boundary(lsn, server.transactionId(), 0), Position.boundary(lsn));
        store.saveSlot(pipeline, shard(), epoch, created);
        LOG.info("[{}] created slot '{}' at {}", shard(), slotName, Lsn.format(lsn));
        return created;
    }

    private long createSlot() {
        try {
            return slot.create();
        } catch (SQLException e) {
            if (NO_SLOT_LEFT.equals(e.getSQLState())) {
                throw new PreflightException(shard().name(), List.of(ServerInfo.noFreeSlot(shard().name())), e);
            }
            if (EXISTS.equals(e.getSQLState())) {
                throw new PreflightException(shard().name(), List.of(findings.unknown()), e);
            }
            throw SourceConnection.failure(source.shard(), e);
        }
    }

    /** The backend of a killed process may still be making it. */
    private void dropLeftover() throws InterruptedException {
        long deadline = System.nanoTime() + LEFTOVER_WAIT.toNanos();
        Optional<ReplicationSlot.State> state = source.answer(slot::state);
        while (state.isPresent() && state.get().active()) {
            if (System.nanoTime() > deadline) {
                throw refuse(findings.active(source.answer(slot::reader).orElse("which has just ended")));
            }
            Thread.sleep(100);
            state = source.answer(slot::state);
        }
        if (state.isPresent()) {
            findings.foreign(state.get()).ifPresent(this::throwFound);
            source.answer(() -> {
                slot.drop();
                return slot;
            });
        }
    }

    private ShardId shard() {
        return source.shard().id();
    }

    private void throwFound(Finding finding) {
        throw refuse(finding);
    }

    private PreflightException refuse(Finding finding) {
        return new PreflightException(shard().name(), List.of(finding));
    }
}
