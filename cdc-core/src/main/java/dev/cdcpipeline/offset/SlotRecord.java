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
 * @param boundary the first boundary, from the slot's consistent point; null while creating
 * @param position the position of that boundary; null while creating
 */
public record SlotRecord(
        String slot,
        Phase phase,
        String systemIdentifier,
        @Nullable String boundary,
        @Nullable Position position) {

    /** How far the creation of a slot has come. */
    public enum Phase {
        /** It was about to be made; whether it exists is not known. */
        CREATING,
        /** It was made, and its first boundary is known. */
        CREATED
    }

    /** The intent to make a slot. */
    public static SlotRecord creating(String slot, String systemIdentifier) {
        return new SlotRecord(slot, Phase.CREATING, systemIdentifier, null, null);
    }

    /** The same slot, made. */
    public SlotRecord created(String firstBoundary, Position firstPosition) {
        return new SlotRecord(slot, Phase.CREATED, systemIdentifier, firstBoundary, firstPosition);
    }
}
