package dev.cdcpipeline.internal.dispatch;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads at the source, as it is now, what changes left out because they did not touch it. */
@FunctionalInterface
public interface UnchangedValues {

    /**
     * The texts of the columns, by the texts of the key. A row that the source does not have any more is left out, and so is a
     * column; null is SQL NULL. Never older than any of the transactions that it is told.
     *
     * @throws dev.cdcpipeline.failure.TransientFailure if the source cannot be asked now
     * @throws InterruptedException if the shard must stop
     */
    Map<List<String>, Map<String, @Nullable String>> read(UnchangedRows rows) throws InterruptedException;
}
