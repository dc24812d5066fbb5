package dev.cdcpipeline.internal.postgres;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A source at one moment.
 *
 * @param insertLsn how far its WAL is written, durable or not
 * @param flushLsn how far it is durable
 * @param time by its own clock
 * @param slot the shard's slot; empty if it does not exist
 */
public record SourceState(long insertLsn, long flushLsn, Instant time, Optional<ReplicationSlot.State> slot) {

    /** How much WAL the slot makes the server keep, in bytes; empty without a slot. */
    public OptionalLong retainedBytes() {
        return slot.map(state -> OptionalLong.of(state.retainedBytes(insertLsn)))
                .orElse(OptionalLong.empty());
    }
}
