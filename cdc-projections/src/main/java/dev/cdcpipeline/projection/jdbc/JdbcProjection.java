package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.SourceTable;
import java.sql.SQLException;
import java.util.Collection;
import org.jdbi.v3.core.Handle;

/**
 * What a {@link JdbcTarget} does with the changes of some source tables. Immutable and thread-safe: one object serves all
 * shards, and {@link #prepare} makes a {@link ShardProjection} for each. {@code new} and builders do no I/O.
 */
public interface JdbcProjection {

    /** For messages, and unique in its target. */
    String name();

    /** The source tables it wants the changes of. */
    Collection<SourceTable<?>> tables();

    /**
     * Starts work for one shard: checks what it writes to. Called on the shard's thread whenever the target is opened, in a
     * transaction of its own that is committed afterwards.
     *
     * @param handle on the target's database; not to be kept
     * @throws dev.cdcpipeline.failure.CdcException if something is missing, naming it and the remedy
     */
    ShardProjection prepare(Handle handle, ProjectionContext context) throws SQLException;
}
