package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.TableName;
import java.sql.SQLException;
import org.jdbi.v3.core.Handle;

/**
 * A {@link JdbcProjection} at work for one shard. Used by one thread at a time.
 *
 * <p>A batch may be rolled back after {@link #apply} returned, and then comes again, perhaps with more changes behind it. What
 * is kept in fields must not depend on the batch having been committed.
 */
public interface ShardProjection {

    /**
     * Applies changes within the target's transaction, whose first statement has moved the offset already.
     *
     * @param handle on the target's transaction; it refuses to commit, and must not be kept
     * @throws SQLException rolls the batch back; whether it is tried again depends on its SQL state
     * @throws RuntimeException rolls the batch back; {@link dev.cdcpipeline.failure.TransientFailure} asks for another try
     */
    void apply(ProjectionBatch batch, Handle handle) throws SQLException;

    /**
     * Whether rows are missing that the load of a table should have brought. Asked in the transaction in which the load
     * ends; if so, the table is loaded again.
     */
    default boolean lacksRows(TableName table, Handle handle) throws SQLException {
        return false;
    }
}
