package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.decode.BoundaryText;
import dev.cdcpipeline.internal.dispatch.Session;
import dev.cdcpipeline.internal.postgres.Lsn;
import dev.cdcpipeline.internal.postgres.SourceConnection;
import dev.cdcpipeline.internal.postgres.SourceInspection;
import dev.cdcpipeline.internal.postgres.SourceSetup;
import dev.cdcpipeline.internal.postgres.SourceState;
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
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes stored offsets and source agree before an engine starts: publication and slot are there, nothing between slot and
 * offsets is lost, and every target has an offset. Where changes are lost, the shard's {@link GapPolicy} decides.
 */
final class OffsetSetup {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetSetup.class);

    private final PostgresShard shard;
    private final ShardNames names;
    private final PipelineSettings settings;
    private final ShardMonitor monitor;
    private final SourceSetup setup;
    private final SourceInspection inspection;
    private final Epoch epoch;
    private final List<Session> sessions;

    OffsetSetup(
            PostgresShard shard,
            ShardNames names,
            PipelineSettings settings,
            ShardMonitor monitor,
            SourceSetup setup,
            SourceConnection connection,
            Epoch epoch,
            List<Session> sessions) {
        this.shard = shard;
        this.names = names;
        this.settings = settings;
        this.monitor = monitor;
        this.setup = setup;
        this.inspection = new SourceInspection(connection, names.slot(), names.publication());
        this.epoch = epoch;
        this.sessions = sessions;
    }

    /**
     * @return what is known of the slot
     * @throws PreflightException if they do not agree and may not be made to
     */
    SlotRecord agreeWithSource(Collection<SourceTable<?>> wanted) throws InterruptedException {
        SlotRecord slot;
        try {
            setup.publish(names.publication(), capturedBefore());
            slot = setup.slot(names.slot(), settings.offsets(), settings.pipeline(), epoch, BoundaryText::of);
            inspect(wanted, slot);
            giveOffsets(slot);
        } catch (PreflightException e) {
            List<Finding> gaps = e.findings().stream()
                    .filter(finding -> finding.severity() == Severity.GAP)
                    .toList();
            boolean reloading =
                    !gaps.isEmpty() && gaps.size() == e.findings().size() && shard.gapPolicy() == GapPolicy.RELOAD;
            gaps.forEach(gap -> monitor.gap(gap, reloading));
            if (!reloading) {
                throw e;
            }
            LOG.warn("{}; every table is loaded again, as GapPolicy.RELOAD says", e.getMessage());
            slot = reload();
        }
        return slot;
    }

    /** Tables whose changes some target relies on having had. */
    private Set<TableName> capturedBefore() {
        Set<TableName> captured = new TreeSet<>();
        for (Session session : sessions) {
            session.target()
                    .offset()
                    .ifPresent(offset -> captured.addAll(offset.load().tables().keySet()));
        }
        return captured;
    }

    private Optional<Offset> furthestBehind() {
        return sessions.stream()
                .flatMap(session -> session.target().offset().stream())
                .min(Comparator.comparing(Offset::position));
    }

    private static Position beginning(SlotRecord slot) {
        if (slot.position() == null) {
            throw new IllegalStateException("slot '" + slot.slot() + "' has no boundary");
        }
        return slot.position();
    }

    private static String boundary(SlotRecord slot) {
        if (slot.boundary() == null) {
            throw new IllegalStateException("slot '" + slot.slot() + "' has no boundary");
        }
        return slot.boundary();
    }

    private void inspect(Collection<SourceTable<?>> wanted, SlotRecord slot) {
        if (furthestBehind().isEmpty()) {
            refuseAcknowledged(slot);
        }
        long stored =
                furthestBehind().map(Offset::position).orElse(beginning(slot)).base();
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

    /** No target knows where it stands, but someone did: the slot has moved on since it was made. */
    private void refuseAcknowledged(SlotRecord slot) {
        SourceState state = inspection.measure();
        long first = beginning(slot).base();
        if (state.slot() == null || Long.compareUnsigned(state.slot().confirmedFlush(), first) <= 0) {
            return;
        }
        String acknowledged = Lsn.format(state.slot().confirmedFlush());
        throw new PreflightException(
                shard.id().name(),
                List.of(Finding.of(
                        FindingKind.OFFSET_MISSING,
                        shard.id().name(),
                        "target '" + sessions.get(0).name() + "' has no offset, but slot '" + names.slot()
                                + "' was acknowledged up to " + acknowledged
                                + ": was cdc_offset lost, or the target replaced?",
                        "Restore it, or load anew (docs/operations.md): rows that were deleted meanwhile would stay"
                                + " for ever",
                        Lsn.format(first),
                        acknowledged)));
    }

    private void giveOffsets(SlotRecord slot) {
        Optional<Offset> behind = furthestBehind();
        for (Session session : sessions) {
            Optional<Offset> known = session.target().offset();
            Offset offset = known.orElseGet(() -> behind.map(OffsetSetup::sameBoundary)
                    .orElseGet(() -> new Offset(boundary(slot), beginning(slot), LoadState.none())));
            LoadState load = offset.load().wanting(session.fills(), newTables());
            if (known.isEmpty() && behind.isPresent() && newTables() == TableLoad.PENDING) {
                load = load.reloading(); // it may be an old target that has lost its offset
            }
            if (known.isPresent()
                    && load.unread().size() > offset.load().unread().size()) {
                LOG.info("[{}] target '{}' is to load {}", shard.id(), session.name(), load.unread());
            }
            if (known.isEmpty() || !load.equals(offset.load())) {
                session.target().apply(ChangeBatch.empty(), offset.withLoad(load));
            }
        }
    }

    private static Offset sameBoundary(Offset behind) {
        long lsn = behind.position().base();
        return new Offset(behind.boundary(), Position.boundary(lsn), LoadState.none());
    }

    private TableLoad newTables() {
        return shard.firstLoad() == FirstLoad.NONE ? TableLoad.SKIPPED : TableLoad.PENDING;
    }

    /**
     * A new slot, and every table from its beginning. A crash in between leaves offsets that do not agree with the new slot,
     * which is the same gap again.
     */
    private SlotRecord reload() throws InterruptedException {
        setup.mendPublication(names.publication());
        SlotRecord slot = setup.remake(names.slot(), settings.offsets(), settings.pipeline(), epoch, BoundaryText::of);
        for (Session session : sessions) {
            LoadState load = session.target()
                    .offset()
                    .map(Offset::load)
                    .orElse(LoadState.none())
                    .wanting(session.fills(), TableLoad.PENDING)
                    .reloading();
            session.target().apply(ChangeBatch.empty(), new Offset(boundary(slot), beginning(slot), load));
        }
        return slot;
    }
}
