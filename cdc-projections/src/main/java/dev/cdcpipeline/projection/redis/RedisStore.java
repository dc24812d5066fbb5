package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.lease.Epoch;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The Redis of one session: one server, or a cluster. Every call blocks, for at most 10 seconds for each answer, and ends early
 * when the thread is interrupted or {@link #abort()} is called. Used by one thread but for that.
 */
interface RedisStore extends AutoCloseable {

    /**
     * What the head holds of a shard.
     *
     * @param before the sequence that was found; what was written last has it
     * @param sequence the sequence now: a write of an older session, which may still be under way, comes too late
     * @param fields what was stored by {@link #write}, by name; without those that never were
     */
    record Claim(long before, long sequence, Map<String, String> fields) {}

    /**
     * Takes the shard's offset over.
     *
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch was here already
     */
    Claim claim(Epoch epoch);

    /**
     * The same for what this session has claimed before.
     *
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch was here since
     * @throws dev.cdcpipeline.failure.OffsetLostException if nothing, or something older, is there
     */
    Claim claimAgain(Epoch epoch);

    /** What the index of a projection holds of these rows, in their order; null where nothing. */
    List<@Nullable IndexedRow> indexed(String projection, List<String> rowIds);

    /** Hands over every row in the index of a projection, of all shards. */
    void scan(String projection, BiConsumer<String, IndexedRow> row);

    /** Hands over every row that is noted beside a place of a projection, of all shards; none where there is no cluster. */
    default void scanPlaces(String projection, BiConsumer<String, IndexedRow> row) {}

    /**
     * Writes, and moves the offset by storing fields: both or neither on one server; in a cluster the offset comes last.
     *
     * @param epoch must be the newest still
     * @param sequence must be the stored one, and is the next one after
     * @param fields what is to be stored with it; what is not named stays
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch was here since; nothing was written
     * @throws dev.cdcpipeline.failure.OffsetLostException if the stored sequence is another; on one server nothing was written
     */
    void write(Epoch epoch, long sequence, Map<String, String> fields, List<Write> writes);

    /**
     * The same without waiting, where that is possible: the next write may be sent at once, with the next sequence.
     *
     * @return waits for the answer, and throws what {@link #write} does
     */
    default Runnable send(Epoch epoch, long sequence, Map<String, String> fields, List<Write> writes) {
        write(epoch, sequence, fields, writes);
        return () -> {};
    }

    /** How many changes one write is made of at least, if there are more. */
    default int mostChanges() {
        return Integer.MAX_VALUE;
    }

    /**
     * Has every fill of a {@link CacheReader} come to nothing that began before, also those that are under way.
     *
     * @param epoch must be the newest still
     * @param projections those that readers may fill from now on; each needs every shard's admission
     * @throws dev.cdcpipeline.failure.FencedException if a newer epoch was here since
     * @throws dev.cdcpipeline.failure.OffsetLostException if nothing, or something older, is there
     */
    void admitFills(Epoch epoch, List<String> projections);

    /** Makes a call that another thread is blocked in fail soon. */
    void abort();

    @Override
    void close();
}
