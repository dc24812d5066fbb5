package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import org.jdbi.v3.core.Handle;

/**
 * Code of yours that runs for each change of a table, see {@link HandlerProjection}.
 *
 * @param <T> the record that rows are shown as
 */
@FunctionalInterface
public interface ChangeHandler<T> {

    /**
     * Applies one change, by SQL on {@code handle} only: what it does elsewhere is neither rolled back nor protected against
     * repetition.
     *
     * @param handle on the target's transaction; it refuses to commit, and must not be kept
     * @throws Exception rolls the whole batch back, which then comes again
     */
    void handle(Change<T> change, Handle handle) throws Exception;
}
