package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.dispatch.RowChange;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.postgres.SlotSetup;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.ChangeBatch;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares a {@link FirstLoad#SNAPSHOT}: every target emptied of the shard's rows and without an offset, no slot, and the intent
 * stored. In this order, so that whatever a crash leaves is seen to be unfinished, and done again.
 */
final class SnapshotSetup {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSetup.class);

    private final PostgresShard shard;
    private final SourceSetup setup;
    private final SlotSetup slots;
    private final List<Session> sessions;

    SnapshotSetup(PostgresShard shard, SourceSetup setup, SlotSetup slots, List<Session> sessions) {
        this.shard = shard;
        this.setup = setup;
        this.slots = slots;
        this.sessions = sessions;
    }

    /**
     * Whether a snapshot was begun and its end is not stored, or the first load is to be one.
     *
     * @param boundary of the target that is furthest behind; empty if none has an offset
     */
    boolean isDue(OptionalLong boundary) {
        Optional<SlotRecord.Phase> phase = slots.stored().map(SlotRecord::phase);
        return phase.equals(Optional.of(SlotRecord.Phase.SNAPSHOT))
                || shard.firstLoad() == FirstLoad.SNAPSHOT
                        && boundary.isEmpty()
                        && !phase.equals(Optional.of(SlotRecord.Phase.CREATED));
    }

    /** Whether some table's rows can be read in no other way, so that a reload must be a snapshot, too. */
    boolean isNeeded() {
        return shard.firstLoad() == FirstLoad.SNAPSHOT
                && setup.tables().keySet().stream()
                        .anyMatch(table -> setup.unreadable(table).isPresent());
    }

    /**
     * Ends the snapshot that was interrupted after every target had its end, or begins one, or leaves the load to another mode that
     * was chosen meanwhile.
     */
    SlotRecord beginOrEnd() throws InterruptedException {
        Optional<SlotRecord> begun = slots.stored();
        Optional<SlotRecord> ended = begun.flatMap(this::ended);
        if (ended.isPresent()) {
            LOG.info("[{}] the snapshot had come to its end", shard.id());
            return ended.get();
        }
        if (begun.isPresent()) {
            LOG.warn("[{}] the first load was interrupted; it starts over", shard.id());
        }
        if (shard.firstLoad() != FirstLoad.SNAPSHOT) {
            empty();
            return slots.createOrVerify(OptionalLong.empty());
        }
        return begin();
    }

    private Optional<SlotRecord> ended(SlotRecord begun) {
        List<Offset> offsets = sessions.stream()
                .flatMap(session -> OffsetSetup.known(session).stream())
                .toList();
        boolean all = offsets.size() == sessions.size()
                && offsets.stream().map(Offset::position).distinct().count() == 1
                && offsets.stream().allMatch(offset -> offset.load().pending().isEmpty());
        return all
                ? slots.adopt(begun, offsets.get(0).boundary(), offsets.get(0).position())
                : Optional.empty();
    }

    /** Empties the targets, stores the intent, and drops the slot. */
    SlotRecord begin() throws InterruptedException {
        slots.refuseForeign();
        empty();
        LOG.info("[{}] the connector is to make the slot and a snapshot; the targets are empty", shard.id());
        return slots.leaveToSnapshot();
    }

    /** Rows and offset go in one write, so that rows of an interrupted snapshot can never be taken for complete ones. */
    private void empty() {
        long step = sessions.stream().mapToLong(SnapshotSetup::step).max().orElse(0) + 1;
        for (Session session : sessions) {
            LoadState wanted = LoadState.none().wanting(session.fills(), TableLoad.PENDING);
            LoadState load = new LoadState(
                            null, step, wanted.tables(), wanted.filled(), wanted.readers(), wanted.backfills())
                    .from(setup.relations());
            session.target()
                    .apply(
                            new ChangeBatch(truncates(session)),
                            new Offset(BoundaryText.of(0, 0, 0), OffsetSetup.NOWHERE, load));
        }
    }

    private static long step(Session session) {
        return session.target().offset().map(offset -> offset.load().step()).orElse(0L);
    }

    private List<Change<Row>> truncates(Session session) {
        RowChange.Origin origin =
                new RowChange.Origin(shard.id().name(), 0, 0, ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        return session.tables().stream()
                .sorted()
                .<Change<Row>>map(table -> new RowChange(Operation.TRUNCATE, table, null, null, null, null, origin, 0))
                .toList();
    }
}
