package dev.cdcpipeline.projection.redis;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one projection, as a {@link CacheReader} sees them. Every call is bounded in time, and throws a
 * {@link RuntimeException} where Redis cannot be used. Thread-safe.
 */
interface CacheEntries extends AutoCloseable {

    /** What is stored; null if nothing is. */
    byte @Nullable [] get(String entry);

    /** What is stored under each, in their order; null where nothing is. */
    List<byte @Nullable []> getAll(List<String> entries);

    /** @param takeOver also from somebody else, whose fill then comes to nothing */
    Lease lease(String entry, boolean takeOver);

    /**
     * Fills an entry, or only gives the lease back.
     *
     * @param value null to fill nothing
     * @return whether the lease was whole until now: if so, no change has come to the entry since it was taken
     */
    boolean fill(String entry, Lease.Granted lease, byte @Nullable [] value);

    @Override
    void close();
}
