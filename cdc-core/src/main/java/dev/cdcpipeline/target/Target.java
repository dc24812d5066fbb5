package dev.cdcpipeline.target;

import dev.cdcpipeline.change.RecordColumn;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterStore;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.offset.PoolUse;
import dev.cdcpipeline.policy.FailurePolicy;
import dev.cdcpipeline.shard.ShardId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A place where changes go: a database, a cache, a topic. One target serves all shards of a pipeline, with one
 * {@link TargetSession} for each. Implementations are thread-safe; {@code new} and builders do no I/O.
 */
public interface Target {

    /** Unique in its pipeline and part of the stored offset's key: it must not change once the pipeline has run. */
    String name();

    /** The source tables that the target's projections read. Every shard of the pipeline must have them. */
    Collection<SourceTable<?>> tables();

    /**
     * What a load of a table fills: the target's projections of it, by names that stay the same from start to start, with the
     * columns that each reads. When there is more than before, a new projection or a new column, the table is loaded again, for
     * that projection. By default one projection, named as the target, with the columns of the table's records.
     *
     * <p>Where the pipeline keeps the target's dead letters, see {@link #deadLetters}, the first projection of a table by name stands
     * for all of them: letters have its name, and its {@link #failurePolicy} decides.
     */
    default Map<String, Set<String>> fills(TableName table) {
        return Map.of(
                name(),
                tables().stream()
                        .filter(source -> source.name().equals(table))
                        .flatMap(source -> source.columns().stream())
                        .map(RecordColumn::column)
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** What becomes of changes that a projection fails at; empty for the pipeline's own policy. Does no I/O. */
    default Optional<FailurePolicy> failurePolicy(String projection) {
        return Optional.empty();
    }

    /**
     * Where the dead letters of this target can be looked at, if its sessions are {@link ParkingSession}s. Empty for a target that
     * cannot keep any in the same atomic write as its data: the pipeline then keeps them in its home database, and a change that one
     * of several projections of its table fails at is parked for all of them, in the name of the first by name. Does no I/O.
     */
    default Optional<DeadLetterStore> deadLetters() {
        return Optional.empty();
    }

    /** How the connection pool of this target is used; empty where there is none or that is not known. Does no I/O. */
    default Optional<PoolUse> pool() {
        return Optional.empty();
    }

    /**
     * Whether the target may lose its data and gets them back by itself, as a cache does: where its offset is gone, or lies
     * before what the source still has, its own tables are loaded again, replacing what is there, whatever the shard's
     * {@link dev.cdcpipeline.shard.GapPolicy} says; other targets go on as they stand. Meanwhile the shard is degraded, and
     * what the target has not been given again is missing there or old. An offset that is older, but not too old, is only
     * caught up from. Every table must have a key, as for a backfill. By default false: data that were lost without notice
     * are a gap, and the policy decides. Does no I/O.
     *
     * <p>Sessions of such a target notice a loss at the next batch, which comes within about a second on an idle shard as
     * well, and throw {@link dev.cdcpipeline.failure.OffsetLostException}. They had better know what they wrote last by a number
     * of their own that grows with each write: rows that a load reads do not move the offset's position.
     */
    default boolean repairsItself() {
        return false;
    }

    /**
     * Starts work for one shard: claims the target's stored offset with the context's epoch, so that no older owner can
     * write any more, and then reads it. Called on the shard's thread, also for a second time after a session was closed.
     *
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch was here already
     * @throws dev.cdcpipeline.failure.TransientFailure if the target cannot be reached now
     * @throws dev.cdcpipeline.failure.CdcException if the target is not fit: a table or column is missing, with the remedy
     */
    TargetSession open(TargetContext context);

    /**
     * Claims the target's stored offset of a shard and forgets it, durably, with the dead letters that the target keeps itself, so
     * that the target is new to the shard; its data stays. Called for a shard that is dropped, while no session of it is open, perhaps for a second time. Needs no more than
     * what the target keeps for itself: what its projections read or write may be gone.
     *
     * @param epoch what the claim carries
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch was here already
     * @throws dev.cdcpipeline.failure.TransientFailure if the target cannot be reached now
     */
    void forget(String pipeline, ShardId shard, Epoch epoch);
}
