package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;

/**
 * Puts rows at places and takes them away, so that doing either again changes nothing. What it is called there, the member of a set
 * or the row that has counted, depends on the row's key only, and is unique in the shard.
 *
 * @param <T> how rows are shown
 */
interface PlaceWriter<T> {

    /** What a row is called, by its key. */
    String member(String shard, Row key);

    /** Whether a row at its place is as it must be there, whatever its other columns are. */
    boolean isOnlyPresent();

    /**
     * @param rowId unique among the rows of all shards
     * @return false if the row is to be nowhere; then nothing was written
     */
    boolean put(String place, String member, String rowId, T shown, Row row, Writes writes);

    void remove(String place, String member, String rowId, Writes writes);
}
