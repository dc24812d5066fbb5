package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import org.jspecify.annotations.Nullable;

/** A {@link RedisProjection} at work for one shard: turns what has become of rows into {@link Writes}. Used by one thread. */
interface ShardProjection {

    /** The projection's name. */
    String name();

    /**
     * What a row is called in the index, by its key. It is the Redis key itself where the row is kept under one of its own;
     * otherwise it begins with the shard.
     */
    String rowId(Row key);

    /** Whether where a row is depends on more than its key, so that what the index holds of it must be known before a write. */
    boolean isMoving();

    /**
     * The row is there, with these values.
     *
     * @param change the last change of the row in the batch: a CREATE, READ or UPDATE
     * @param before what the index holds of it; null if nothing, or if the projection is not moving
     * @param mark what the index is to hold as {@link IndexedRow#mark()}
     */
    void put(String rowId, Change<Row> change, @Nullable IndexedRow before, long mark, Writes writes);

    /**
     * The row is not there any more.
     *
     * @param change what has removed it; null where no single change has: a TRUNCATE, or the end of a load
     * @param before as for {@link #put}, except that it is known for every row that is found by the index
     */
    void remove(String rowId, @Nullable Change<Row> change, @Nullable IndexedRow before, Writes writes);

    /** A row is not at a place any more, or never was: the place tells of it, and the index does not. */
    default void displace(String rowId, String place, Writes writes) {}
}
