package dev.cdcpipeline.monitor;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A shard's replication slot at its source, at one moment. LSNs are in PostgreSQL's form.
 *
 * @param shard the shard's name
 * @param slot the slot's name
 * @param exists whether the server has a slot of that name; otherwise everything below is empty
 * @param active whether a process reads it
 * @param plugin its output plugin; empty for a physical slot
 * @param confirmedFlushLsn up to where it was acknowledged; empty while it is being made
 * @param restartLsn from where on the server keeps WAL for it; empty if it keeps none, as for a lost slot
 * @param lagBytes how much WAL the server has written beyond what was acknowledged
 * @param retainedBytes how much WAL the server keeps for it; 0 if it keeps none
 * @param walStatus {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
 * @param trouble why the source could not be asked; then everything but the names says nothing. Empty if it answered
 */
public record SlotStatus(
        String shard,
        String slot,
        boolean exists,
        boolean active,
        Optional<String> plugin,
        Optional<String> confirmedFlushLsn,
        Optional<String> restartLsn,
        OptionalLong lagBytes,
        OptionalLong retainedBytes,
        Optional<String> walStatus,
        Optional<String> trouble) {

    /** The slot of a source that could not be asked. */
    public static SlotStatus unknown(String shard, String slot, String trouble) {
        return new SlotStatus(
                shard,
                slot,
                false,
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.of(trouble));
    }
}
