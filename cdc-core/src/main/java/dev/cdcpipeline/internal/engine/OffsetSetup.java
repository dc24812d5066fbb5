package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.postgres.SlotSetup;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.PreflightException;
import dev.cdcpipeline.preflight.Severity;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.GapPolicy;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes stored offsets and source agree before an engine starts: publication and slot are there, nothing between slot and
 * offsets is lost, and every target has an offset. Where changes are lost, the shard's {@link GapPolicy} decides.
 *
 * <p>A target that repairs itself and has lost what the slot does not give any more is no gap: it begins where the others stand, or
 * where the slot was acknowledged, and its tables are loaded again.
 *
 * <p>An offset at position 0 stands for none, with a load state that is to be kept: it is written before a slot is made anew, so
 * that no crash in between can leave an offset that seems to belong to the new slot.
 */
final class OffsetSetup {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetSetup.class);
    static final Position NOWHERE = Position.boundary(0);

    private final PostgresShard shard;
    private final String publication;
    private final ShardMonitor monitor;
    private final SourceSetup setup;
    private final SlotSetup slots;
    private final SnapshotSetup snapshot;
    private final SourceInspection inspection;
    private final List<Session> sessions;
    private final GapMemory gaps;
    private final RecreatedTables recreated;
    private final Epoch epoch;
    private LostOffsets lost = LostOffsets.NONE;

    OffsetSetup(
            PostgresShard shard,
            String publication,
            ShardMonitor monitor,
            SourceSetup setup,
            SlotSetup slots,
            SourceInspection inspection,
            List<Session> sessions,
            GapMemory gaps,
            RecreatedTables recreated,
            Epoch epoch) {
        this.shard = shard;
        this.publication = publication;
        this.monitor = monitor;
        this.setup = setup;
        this.slots = slots;
        this.snapshot = new SnapshotSetup(shard, setup, slots, sessions);
        this.inspection = inspection;
        this.sessions = sessions;
        this.gaps = gaps;
        this.recreated = recreated;
        this.epoch = epoch;
    }

    /**
     * @return what is known of the slot; with phase SNAPSHOT the connector is to make it, and every target is empty
     * @throws PreflightException if they do not agree and may not be made to
     */
    SlotRecord agree(Collection<SourceTable<?>> wanted) throws InterruptedException {
        slots.refuseOther();
        if (shard.firstLoad() == FirstLoad.INCREMENTAL && !phase().equals(Optional.of(SlotRecord.Phase.CREATED))) {
            refuseUnreadable(
                    setup.tables().keySet(),
                    "",
                    "give it such a key, or use firstLoad(FirstLoad.SNAPSHOT) or FirstLoad.NONE");
        }
        lost = LostOffsets.find(shard.id().name(), sessions, slots);
        Optional<Finding> standing = gaps.standing(epoch);
        SlotRecord slot;
        if (isReloadInterrupted()) {
            LOG.warn("[{}] a reload was interrupted; it is begun again", shard.id());
            slot = reload();
        } else {
            slot = verify(wanted, standing);
        }
        gaps.judged();
        if (slot.phase() == SlotRecord.Phase.CREATED) {
            giveOffsets(slot);
        }
        SlotRecord noted = noteRepairing(slot);
        slots.awaitInactive();
        return noted;
    }

    private boolean isReloadInterrupted() {
        boolean emptied = sessions.stream().anyMatch(session -> isNowhere(session) && !lost.contains(session));
        SlotRecord.Phase phase = phase().orElse(SlotRecord.Phase.CREATING);
        return emptied
                && phase != SlotRecord.Phase.SNAPSHOT
                && (furthestBehind().isPresent() || phase == SlotRecord.Phase.CREATED && snapshot.isNeeded());
    }

    private SlotRecord verify(Collection<SourceTable<?>> wanted, Optional<Finding> standing)
            throws InterruptedException {
        try {
            if (standing.isPresent()) {
                throw new PreflightException(shard.id().name(), List.of(standing.get()));
            }
            setup.publish(publication, capturedBefore());
            SlotRecord slot = snapshot.isDue(boundary()) ? snapshot.beginOrEnd() : slots.createOrVerify(boundary());
            if (slot.phase() == SlotRecord.Phase.CREATED) {
                refuse(wanted, slot);
            }
            return slot;
        } catch (PreflightException e) {
            List<Finding> lost = e.findings().stream()
                    .filter(finding -> finding.severity() == Severity.GAP)
                    .toList();
            boolean reloading = shard.gapPolicy() == GapPolicy.RELOAD
                    && !lost.isEmpty()
                    && lost.size() == e.findings().size();
            if (standing.isEmpty()) {
                lost.forEach(gap -> gaps.found(gap, epoch));
            }
            lost.forEach(gap -> monitor.gap(gap, reloading));
            if (!reloading) {
                gaps.judged();
                throw e;
            }
            LOG.warn("{}; every table is loaded again, as GapPolicy.RELOAD says", e.getMessage());
            return reload();
        }
    }

    private Optional<SlotRecord.Phase> phase() {
        return slots.stored().map(SlotRecord::phase);
    }

    private static boolean isNowhere(Session session) {
        return session.target()
                .offset()
                .filter(offset -> offset.position().equals(NOWHERE))
                .isPresent();
    }

    static Optional<Offset> known(Session session) {
        return session.target().offset().filter(offset -> !offset.position().equals(NOWHERE));
    }

    /** The offset of a session, if the stream can go on from there. */
    private Optional<Offset> standing(Session session) {
        return lost.contains(session) ? Optional.empty() : known(session);
    }

    /** Tables whose changes some target relies on having had; a table that was created again is loaded anew. */
    private Set<TableName> capturedBefore() {
        Set<TableName> captured = new TreeSet<>();
        sessions.forEach(session -> standing(session).map(Offset::load).ifPresent(load -> {
            Set<TableName> same = new TreeSet<>(load.tables().keySet());
            same.removeAll(load.recreated(setup.relations()).keySet());
            captured.addAll(same);
        }));
        return captured;
    }

    private Optional<Offset> furthestBehind() {
        return sessions.stream()
                .flatMap(session -> standing(session).stream())
                .min(Comparator.comparing(Offset::position))
                .or(lost::acknowledged);
    }

    private OptionalLong boundary() {
        return furthestBehind()
                .map(offset -> OptionalLong.of(offset.position().base()))
                .orElse(OptionalLong.empty());
    }

    /** What the slot's own check does not look at. A slot that holds much WAL back is no reason not to catch up. */
    private void refuse(Collection<SourceTable<?>> wanted, SlotRecord slot) {
        long stored = boundary().orElse(beginning(slot).base());
        List<Finding> findings = inspection.inspect(wanted, slot, () -> stored, false);
        List<Finding> refused = findings.stream()
                .filter(finding -> finding.severity() != Severity.WARNING && finding.kind() != FindingKind.RETAINED_WAL)
                .toList();
        if (!refused.isEmpty()) {
            throw new PreflightException(shard.id().name(), refused);
        }
        monitor.findings(
                findings.stream().map(finding -> finding.as(Severity.WARNING)).toList());
    }

    private void giveOffsets(SlotRecord slot) {
        Optional<Offset> behind = furthestBehind();
        List<LoadState> loads = sessions.stream()
                .flatMap(session -> session.target().offset().stream())
                .map(Offset::load)
                .toList();
        long stands = boundary().orElse(beginning(slot).base());
        recreated.look(
                setup.relations(), loads, stands, () -> inspection.measure().insertLsn());
        refuseUnreadable(
                recreated.found(),
                "was dropped and created again, so that its rows must be loaded anew: ",
                "give it such a key; or pause the shard, drop it, empty its views, and resume it");
        for (Session session : sessions) {
            Optional<Offset> known = standing(session);
            LoadState before = session.target().offset().map(Offset::load).orElse(LoadState.none());
            LoadState load = before.wanting(session.fills(), newTables());
            boolean isNew = session.target().offset().isEmpty() && behind.isPresent();
            if (lost.contains(session) || isNew && newTables() == TableLoad.PENDING) {
                load = load.reloading(); // a new one may be an old target that has lost its offset
            }
            load = withoutVainRequests(session, recreated.applyTo(load));
            if (lost.contains(session)) {
                refuseUnreadable(
                        load.unread(),
                        "has to be loaded again, because target '" + session.name() + "' has lost its data: ",
                        "give it such a key");
            }
            refuseUnreadable(
                    load.unread(),
                    "",
                    "give it such a key, or use firstLoad(FirstLoad.NONE); beside a stream that runs already there is no snapshot");
            Offset offset = known.orElseGet(() -> behind.map(OffsetSetup::sameBoundary)
                    .orElseGet(() -> new Offset(first(slot), beginning(slot), LoadState.none())));
            if (known.isPresent() && !load.unread().equals(before.unread())) {
                LOG.info("[{}] target '{}' is to load {}", shard.id(), session.name(), load.unread());
            }
            if (known.isEmpty() || !load.equals(before)) {
                session.target().apply(ChangeBatch.empty(), offset.withLoad(load));
                lost.finding(session).ifPresent(finding -> monitor.repairing(session.name(), finding));
            }
        }
    }

    /** So that one of them without an offset is known for one that has lost it. */
    private SlotRecord noteRepairing(SlotRecord slot) {
        Set<String> repairing = sessions.stream()
                .filter(Session::repairsItself)
                .map(Session::name)
                .collect(Collectors.toCollection(TreeSet::new));
        repairing.addAll(slot.repairing());
        SlotRecord noted = slot.repairing(repairing);
        if (!noted.equals(slot)) {
            slots.note(noted);
        }
        return noted;
    }

    /** A mirror asked for a load of a table that has got another key since. Without it the shard can go on. */
    private LoadState withoutVainRequests(Session session, LoadState load) {
        List<TableName> unreadable = load.unread().stream()
                .filter(table -> setup.unreadable(table).isPresent())
                .toList();
        LoadState left = load.notReloading(unreadable);
        if (!left.equals(load)) {
            LOG.warn(
                    "[{}] target '{}': the source was altered, but {} cannot be read beside the stream any more: rows that have"
                            + " not come since keep what they hold",
                    shard.id(),
                    session.name(),
                    unreadable);
        }
        return left;
    }

    private void refuseUnreadable(Collection<TableName> tables, String because, String remedy) {
        List<Finding> unreadable = tables.stream()
                .flatMap(table -> setup.unreadable(table).stream()
                        .map(why -> because.isEmpty() ? why : "table " + table + " " + because + why))
                .map(why -> Finding.of(FindingKind.TABLE, shard.id().name(), why, remedy))
                .toList();
        if (!unreadable.isEmpty()) {
            throw new PreflightException(shard.id().name(), unreadable);
        }
    }

    private static Offset sameBoundary(Offset behind) {
        return new Offset(behind.boundary(), Position.boundary(behind.position().base()), LoadState.none());
    }

    private TableLoad newTables() {
        return shard.firstLoad() == FirstLoad.NONE ? TableLoad.SKIPPED : TableLoad.PENDING;
    }

    /** A new slot, and every table from its beginning, replacing what is there. */
    private SlotRecord reload() throws InterruptedException {
        if (snapshot.isNeeded()) {
            setup.mendPublication(publication);
            return snapshot.begin();
        }
        refuseUnreadable(
                setup.tables().keySet(), "", "give it such a key; or load all by firstLoad(FirstLoad.SNAPSHOT)");
        for (Session session : sessions) {
            LoadState load = session.target()
                    .offset()
                    .map(Offset::load)
                    .orElse(LoadState.none())
                    .wanting(session.fills(), TableLoad.PENDING)
                    .from(setup.relations())
                    .reloading();
            session.target().apply(ChangeBatch.empty(), new Offset(BoundaryText.of(0, 0, 0), NOWHERE, load));
        }
        lost = LostOffsets.NONE;
        setup.mendPublication(publication);
        return slots.remake();
    }

    private static Position beginning(SlotRecord slot) {
        if (slot.position() == null) {
            throw new IllegalStateException("slot '" + slot.slot() + "' has no boundary");
        }
        return slot.position();
    }

    private static String first(SlotRecord slot) {
        if (slot.boundary() == null) {
            throw new IllegalStateException("slot '" + slot.slot() + "' has no boundary");
        }
        return slot.boundary();
    }
}
