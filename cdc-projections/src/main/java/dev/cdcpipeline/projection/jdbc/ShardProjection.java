package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.offset.LoadKind;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
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
     * A load of a table for this projection begins, or begins anew so that what was read before does not count: rows follow as
     * {@link dev.cdcpipeline.change.Operation#READ}, perhaps after a restart, in between those of the stream. Called in the
     * transaction that stores this, before its changes. Does nothing by default.
     *
     * <p>A load that is interrupted may read rows for a second time without another call.
     *
     * @param load what to do with rows that are there already
     * @param handle as in {@link #apply}
     */
    default void loadBegins(TableName table, LoadKind load, Handle handle) throws SQLException {}

    /**
     * A load for this projection has brought every row of a table, and the stream has come past it. Called in the transaction
     * that stores this, after its changes: with {@link LoadKind#REPLACE}, what has come neither by the load nor by the stream
     * since {@link #loadBegins} does not exist at the source any more. Does nothing by default.
     */
    default void loadEnds(TableName table, LoadKind load, Handle handle) throws SQLException {}

    /** A load is given up and not repeated: a backfill was cancelled. Otherwise as {@link #loadEnds}. */
    default void loadIsLeft(TableName table, LoadKind load, Handle handle) throws SQLException {}

    /**
     * Whether rows are missing that the load of a table should have brought. Asked in the transaction in which the load
     * ends; if so, the table is loaded again.
     */
    default boolean lacksRows(TableName table, Handle handle) throws SQLException {
        return false;
    }

    /**
     * Changes of this projection that were parked since the load of their table began, which is about to end: their rows came, but
     * wait. What there is of them is to be kept as it is, and none of them lacks, unless only a part of the row came. Called before {@link #lacksRows} and {@link #loadEnds}, with a part
     * of the changes each time. Does nothing by default.
     */
    default void keep(List<Change<Row>> waiting, LoadKind load, Handle handle) throws SQLException {}

    /**
     * By what a change is kept in order while changes of this projection are parked: those that share a key with a parked one are
     * parked behind it. By default the row's key at the source, and the one before, see {@link LetterKeys}.
     *
     * @return not empty
     */
    default Set<String> orderKeys(Change<Row> change) {
        return LetterKeys.of(change);
    }
}
