package dev.cdcpipeline.monitor;

import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.preflight.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A shard at one moment. Counts begin with the process.
 *
 * @param shard the shard's name
 * @param state what it is doing
 * @param lastAppliedCommit commit time, by the source's clock, of the newest transaction that every target has applied;
 *     heartbeats count, so on an idle database it is about the heartbeat interval old
 * @param lag how old that is now, by this machine's clock; empty before anything was applied
 * @param lagBytes how much WAL the source has written beyond what every target has applied, as last measured; empty before
 *     the first measurement, and while the source cannot be reached or the shard is not at work here
 * @param applied changes that targets have taken, by table and operation, each counted once per target; those that a projection
 *     has parked included
 * @param load the first load of each table, empty when none was asked for
 * @param inPieces whether a transaction larger than the limit is being applied in pieces right now, so that readers may see
 *     a part of it
 * @param counters what happened in the stream
 * @param appliedByProjection changes applied, by target, projection and operation; parked, discarded and replayed ones left out
 * @param parking what became of changes that projections failed at
 * @param epoch the epoch with which this instance holds the shard's lease; empty if it does not hold it
 * @param owner who holds the lease, as last seen; empty if nobody does
 * @param offsetAge how long ago the durable offset last moved; empty before it has
 * @param heartbeatRoundTrip how long the newest transaction took from its commit at the source to the durable offset, with the
 *     difference of the two machines' clocks taken out; empty before the first
 * @param retainedBytes how much WAL the slot makes the server keep, as last measured; empty as {@code lagBytes} is
 * @param queueFill how full the engine's queue is, from 0 to 1 by number or by bytes, whichever is more, as last measured; full
 *     means that the targets are slower than the source; empty while no engine streams
 * @param findings what is found at the source now and does not stop the shard, and targets that have lost data and are loaded again
 * @param health the verdict
 * @param lastError the newest error, with its time, also when it has been overcome; never holds a secret
 */
public record ShardStatus(
        String shard,
        ShardState state,
        Optional<Instant> lastAppliedCommit,
        Optional<Duration> lag,
        OptionalLong lagBytes,
        Map<TableName, Map<Operation, Long>> applied,
        List<LoadProgress> load,
        boolean inPieces,
        StreamCounters counters,
        Map<String, Map<String, Map<Operation, Long>>> appliedByProjection,
        ParkingStatus parking,
        OptionalLong epoch,
        Optional<String> owner,
        Optional<Duration> offsetAge,
        Optional<Duration> heartbeatRoundTrip,
        OptionalLong retainedBytes,
        OptionalDouble queueFill,
        List<Finding> findings,
        ShardHealth health,
        Optional<ShardError> lastError) {

    /** Changes applied, all tables and operations together. */
    public long appliedTotal() {
        return applied.values().stream()
                .flatMap(byOperation -> byOperation.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Whether no table waits to be loaded. */
    public boolean isLoaded() {
        return load.stream().allMatch(table -> table.load().isDone());
    }
}
