package dev.cdcpipeline.offset;

import dev.cdcpipeline.change.Position;
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
 */
public record SlotRecord(
        String slot,
        Phase phase,
        String systemIdentifier,
        int timeline,
        @Nullable String boundary,
        @Nullable Position position) {

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
        return new SlotRecord(slot, Phase.CREATED, systemIdentifier, timeline, firstBoundary, firstPosition);
    }

    /** The same slot on a later timeline. */
    public SlotRecord on(int newTimeline) {
        return new SlotRecord(slot, phase, systemIdentifier, newTimeline, boundary, position);
    }
}
