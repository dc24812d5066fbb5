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
     * @throws dev.cdcpipeline.failure.RejectedChange to have the change put aside at once, with the reason
     * @throws dev.cdcpipeline.failure.TransientFailure to have it tried again, for as long as it takes
     * @throws Exception rolls the whole batch back, which then comes again; what fails still is put aside after some tries, by the
     *     {@link dev.cdcpipeline.policy.FailurePolicy} of the projection, and the rest of the batch is applied. An SQL failure that
     *     passes by itself is tried for as long as it takes
     */
    void handle(Change<T> change, Handle handle) throws Exception;
}
