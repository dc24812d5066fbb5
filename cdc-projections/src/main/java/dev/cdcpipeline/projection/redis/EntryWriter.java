package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Row;

/**
 * Writes the entry of a row.
 *
 * @param <T> how rows are shown
 */
@FunctionalInterface
interface EntryWriter<T> {

    /** @return false if the row is to have no entry; then nothing was written */
    boolean write(String entry, T shown, Row row, long ttlMillis, IndexedRow indexed, Writes writes);
}
