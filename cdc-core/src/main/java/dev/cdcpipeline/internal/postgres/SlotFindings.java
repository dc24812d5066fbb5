package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.offset.SlotRecord;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.preflight.Severity;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.Optional;

/** Compares a shard's slot with what is stored, and says what does not fit. Asks nobody. */
final class SlotFindings {
    private static final String LOAD_ANEW = "docs/operations.md says how to load anew";
    private static final int SCARCE_PART = 5;

    private final PostgresShard shard;
    private final String slot;

    SlotFindings(PostgresShard shard, String slot) {
        this.shard = shard;
        this.slot = slot;
    }

    Finding unknown() {
        return of(
                FindingKind.SLOT_FOREIGN,
                "slot '" + slot
                        + "' exists, but this pipeline has no offset for it: it belongs to someone else or cdc_slot"
                        + " was lost",
                "name another with slot(...), or SELECT pg_drop_replication_slot('" + slot + "')");
    }

    /** Whether the stored offsets belong to this slot of this server. */
    Optional<Finding> otherOwner(SlotRecord stored, String systemIdentifier) {
        if (!stored.slot().equals(slot)) {
            return Optional.of(of(
                    FindingKind.SLOT_FOREIGN,
                    "the stored offsets belong to slot '" + stored.slot() + "', not '" + slot + "'",
                    "name the old slot with slot(...)"));
        }
        if (!stored.systemIdentifier().equals(systemIdentifier)) {
            return Optional.of(of(
                    FindingKind.SYSTEM_IDENTIFIER,
                    "this is another server than the one the stored offsets belong to (system identifier "
                            + systemIdentifier + ", stored " + stored.systemIdentifier() + ")",
                    "check host(...) and port(...)"));
        }
        return Optional.empty();
    }

    /** Whether it is there, of the right kind, and can be read. */
    Optional<Finding> unusable(Optional<ReplicationSlot.State> found, long boundary) {
        if (found.isEmpty()) {
            return Optional.of(new Finding(
                    FindingKind.SLOT_MISSING,
                    shard.id().name(),
                    FindingKind.SLOT_MISSING.severity(),
                    "slot '" + slot + "' is gone, and with it the changes after the stored boundary "
                            + Lsn.format(boundary) + "; nothing was applied past it",
                    LOAD_ANEW,
                    Optional.of(Lsn.format(boundary)),
                    Optional.empty()));
        }
        ReplicationSlot.State state = found.get();
        Optional<Finding> foreign = foreign(state);
        if (foreign.isPresent()) {
            return foreign;
        }
        if (state.isLost()) {
            String reason = state.invalidationReason() == null ? "" : ", " + state.invalidationReason();
            return Optional.of(of(
                    FindingKind.SLOT_LOST,
                    "slot '" + slot + "' is invalidated (wal_status lost" + reason + ") at "
                            + Lsn.format(state.confirmedFlush())
                            + ": the server has removed WAL that was not read yet, after the stored boundary "
                            + Lsn.format(boundary),
                    LOAD_ANEW + "; raise max_slot_wal_keep_size",
                    boundary,
                    state.confirmedFlush()));
        }
        return Optional.empty();
    }

    /** Whether it is of another plugin or database. */
    Optional<Finding> foreign(ReplicationSlot.State state) {
        if (state.isOf(shard.database())) {
            return Optional.empty();
        }
        String what = state.plugin() == null
                ? "a physical slot"
                : "of plugin " + state.plugin() + " in database " + state.database();
        return Optional.of(of(
                FindingKind.SLOT_FOREIGN,
                "slot '" + slot + "' is " + what + ", not ours",
                "name another with slot(...)"));
    }

    /** Whether it was acknowledged beyond the stored boundary; the slot must have been read before the boundary was. */
    Optional<Finding> ahead(ReplicationSlot.State state, long boundary) {
        if (Long.compareUnsigned(state.confirmedFlush(), boundary) <= 0) {
            return Optional.empty();
        }
        return Optional.of(of(
                FindingKind.SLOT_AHEAD,
                "slot '" + slot + "' was acknowledged up to " + Lsn.format(state.confirmedFlush())
                        + ", beyond the stored boundary " + Lsn.format(boundary)
                        + ": the changes between are gone; was a target restored from a backup, or the slot read by"
                        + " someone else?",
                LOAD_ANEW,
                boundary,
                state.confirmedFlush()));
    }

    /** Whether the slot was read although no target has an offset. */
    Optional<Finding> offsetMissing(ReplicationSlot.State state, long first) {
        if (Long.compareUnsigned(state.confirmedFlush(), first) <= 0) {
            return Optional.empty();
        }
        return Optional.of(of(
                FindingKind.OFFSET_MISSING,
                "the pipeline has no offset, but slot '" + slot + "', which began at " + Lsn.format(first)
                        + ", was acknowledged up to " + Lsn.format(state.confirmedFlush())
                        + ": was cdc_offset lost, or every target replaced?",
                "restore it, or load anew (docs/operations.md): rows that were deleted meanwhile would stay for ever",
                first,
                state.confirmedFlush()));
    }

    /** Targets have offsets, but the slot they belong to is not known any more, or about to be made anew. */
    Finding notTheirs(long boundary) {
        return new Finding(
                FindingKind.SLOT_MISSING,
                shard.id().name(),
                FindingKind.SLOT_MISSING.severity(),
                "the slot of the stored boundary " + Lsn.format(boundary) + " is gone: slot '" + slot
                        + "' was about to be made anew, or cdc_slot was lost",
                LOAD_ANEW,
                Optional.of(Lsn.format(boundary)),
                Optional.empty());
    }

    /** Whether the boundary is in the future; it must have been read before the WAL's end was. */
    Optional<Finding> beyondWal(long boundary, long wal) {
        if (Long.compareUnsigned(boundary, wal) <= 0) {
            return Optional.empty();
        }
        return Optional.of(of(
                FindingKind.BOUNDARY_AHEAD,
                "the stored boundary " + Lsn.format(boundary) + " is beyond the source's WAL " + Lsn.format(wal)
                        + ": the source was restored or failed over to an older state",
                LOAD_ANEW + "; if it is the right server again, restart the shard",
                boundary,
                wal));
    }

    /** Whether the server is about to remove WAL that the slot needs. */
    Optional<Finding> walAtRisk(ReplicationSlot.State state, long boundary, long slotWalKeep) {
        Long safe = state.safeWalSize();
        boolean scarce = safe != null && slotWalKeep > 0 && safe < slotWalKeep / SCARCE_PART;
        if (state.isLost() || !"unreserved".equals(state.walStatus()) && !scarce) {
            return Optional.empty();
        }
        return Optional.of(of(
                FindingKind.WAL_AT_RISK,
                "the server is about to remove WAL that slot '" + slot + "' needs from "
                        + Lsn.format(state.restartLsn())
                        + " on (wal_status " + state.walStatus() + ", safe_wal_size " + safe
                        + "); the stored boundary is "
                        + Lsn.format(boundary),
                "raise max_slot_wal_keep_size (reload is enough), and see why the shard does not keep up",
                boundary,
                state.restartLsn()));
    }

    /** Whether the slot makes the server keep more than the shard's limits. */
    Optional<Finding> retained(ReplicationSlot.State state, long wal) {
        long bytes = state.retainedBytes(wal);
        boolean stop = bytes > shard.retainedWalLimit();
        if (!stop && bytes <= shard.retainedWalWarning()) {
            return Optional.empty();
        }
        String limit = stop
                ? "stopRetainedWal(" + shard.retainedWalLimit() + ")"
                : "warnRetainedWal(" + shard.retainedWalWarning() + ")";
        Finding warning = of(
                FindingKind.RETAINED_WAL,
                "slot '" + slot + "' makes the server keep " + bytes + " bytes of WAL, from "
                        + Lsn.format(state.restartLsn()) + " to " + Lsn.format(wal) + ", above " + limit,
                "see whether a target is away, the shard is paused or a transaction at the source is old (pg_stat_activity)",
                state.confirmedFlush(),
                wal);
        return Optional.of(
                stop
                        ? new Finding(
                                warning.kind(),
                                warning.shard(),
                                Severity.REFUSED,
                                warning.message() + "; the shard stops",
                                warning.remedy()
                                        + "; raise stopRetainedWal(...) and restart it to let it catch up, or drop the"
                                        + " shard's slot and load anew to free the disk; a pause keeps the WAL",
                                warning.storedLsn(),
                                warning.sourceLsn())
                        : warning);
    }

    /** Another process reads the slot. */
    Finding active(String reader) {
        return of(
                FindingKind.SLOT_ACTIVE,
                "slot '" + slot + "' is read by another process (" + reader + ")",
                "stop it; this shard goes on by itself when the slot is free");
    }

    private Finding of(FindingKind kind, String message, String remedy) {
        return Finding.of(kind, shard.id().name(), message, remedy);
    }

    private Finding of(FindingKind kind, String message, String remedy, long stored, long source) {
        return Finding.of(kind, shard.id().name(), message, remedy, Lsn.format(stored), Lsn.format(source));
    }
}
