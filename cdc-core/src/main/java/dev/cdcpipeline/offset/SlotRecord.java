package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.preflight.Finding;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline remembers of a shard's replication slot. It is stored with {@link Phase#CREATING} before the slot is made
 * and with {@link Phase#CREATED} and the first boundary after it, so that a crash in between is seen and repaired at the
 * next start: a slot without an offset does not exist.
 *
 * @param slot the slot's name
 * @param phase how far its creation has come
 * @param systemIdentifier of the source server, from {@code pg_control_system()}
 * @param timeline the source server's timeline, as last seen; 0 while it is not known
 * @param boundary the first boundary, from the slot's consistent point; null while creating
 * @param position the position of that boundary; null while creating
 * @param gap changes of this slot that were lost at the source, which a later look might not find again; null if none are known.
 *     It stands until every table was loaded anew, which makes a new slot, or an operator has asked for a restart
 * @param gapRestarts how often a restart of the shard had been asked for when the gap was stored; 0 without one
 * @param repairing names of the targets that repair themselves and have been given an offset of this slot: one of them without an
 *     offset is known to have lost it
 */
public record SlotRecord(
        String slot,
        Phase phase,
        String systemIdentifier,
        int timeline,
        @Nullable String boundary,
        @Nullable Position position,
        @Nullable Finding gap,
        long gapRestarts,
        Set<String> repairing) {

    public SlotRecord {
        repairing = Set.copyOf(repairing);
    }

    /** How far the creation of a slot has come. */
    public enum Phase {
        /** It was about to be made; whether it exists is not known. */
        CREATING,
        /** It was made, and its first boundary is known. */
        CREATED,
        /**
         * The connector is making it, with a snapshot of every table that begins where the slot begins
         * ({@link dev.cdcpipeline.shard.FirstLoad#SNAPSHOT}). Interrupted, all of it is done again.
         */
        SNAPSHOT
    }

    /** One of which no gap is known. */
    public SlotRecord(
            String slot,
            Phase phase,
            String systemIdentifier,
            int timeline,
            @Nullable String boundary,
            @Nullable Position position) {
        this(slot, phase, systemIdentifier, timeline, boundary, position, null, 0, Set.of());
    }

    /** The intent to make a slot. */
    public static SlotRecord creating(String slot, String systemIdentifier, int timeline) {
        return new SlotRecord(slot, Phase.CREATING, systemIdentifier, timeline, null, null);
    }

    /** The intent to let the connector make a slot together with a snapshot. */
    public static SlotRecord snapshot(String slot, String systemIdentifier, int timeline) {
        return new SlotRecord(slot, Phase.SNAPSHOT, systemIdentifier, timeline, null, null);
    }

    /** The same slot, made. */
    public SlotRecord created(String firstBoundary, Position firstPosition) {
        return new SlotRecord(
                slot,
                Phase.CREATED,
                systemIdentifier,
                timeline,
                firstBoundary,
                firstPosition,
                gap,
                gapRestarts,
                repairing);
    }

    /** The same slot on a later timeline. */
    public SlotRecord on(int newTimeline) {
        return new SlotRecord(
                slot, phase, systemIdentifier, newTimeline, boundary, position, gap, gapRestarts, repairing);
    }

    /**
     * The same slot, of which changes are known to be lost.
     *
     * @param restarts how often a restart of the shard has been asked for until now
     */
    public SlotRecord withGap(Finding found, long restarts) {
        return new SlotRecord(slot, phase, systemIdentifier, timeline, boundary, position, found, restarts, repairing);
    }

    /** The same slot, of which no gap is known any more. */
    public SlotRecord withoutGap() {
        return new SlotRecord(slot, phase, systemIdentifier, timeline, boundary, position, null, 0, repairing);
    }

    /** The same slot with these targets that repair themselves. */
    public SlotRecord repairing(Set<String> targets) {
        return new SlotRecord(slot, phase, systemIdentifier, timeline, boundary, position, gap, gapRestarts, targets);
    }

    /** Whether the other is of the slot that this is of, and not of one that was made anew since under the same name. */
    public boolean isSameSlot(SlotRecord later) {
        boolean sameMaking = phase == Phase.SNAPSHOT
                ? later.phase != Phase.CREATING
                : phase == later.phase && Objects.equals(position, later.position);
        return sameMaking && slot.equals(later.slot) && systemIdentifier.equals(later.systemIdentifier);
    }
}
