/**
 * The pipeline's memory in a PostgreSQL database, over JDBC.
 *
 * <p>{@link dev.cdcpipeline.offset.jdbc.JdbcOffsets} is the store for users. The rest is for targets in JDBC databases:
 * {@link dev.cdcpipeline.offset.jdbc.JdbcOffsetRow} keeps a target's offset in the target's own database, so that it commits
 * with the rows.
 *
 * <p>Times are the database's, never this process's. Isolation is READ COMMITTED; what must not be written twice is guarded
 * by conditions of the statement itself (epoch, sequence), not by the isolation level.
 */
@NullMarked
package dev.cdcpipeline.offset.jdbc;

import org.jspecify.annotations.NullMarked;
