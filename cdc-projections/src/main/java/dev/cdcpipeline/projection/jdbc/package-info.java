/**
 * Projections into a PostgreSQL database, in one transaction with the offset.
 *
 * <p>Begin with {@link dev.cdcpipeline.projection.jdbc.JdbcTarget}. What it does with changes is told by its projections:
 * {@link dev.cdcpipeline.projection.jdbc.UpsertProjection} keeps a table equal to a source table,
 * {@link dev.cdcpipeline.projection.jdbc.MirrorProjection} does so without a record, through DDL,
 * {@link dev.cdcpipeline.projection.jdbc.HandlerProjection} runs code of yours for each change, and
 * {@link dev.cdcpipeline.projection.jdbc.JdbcProjection} is the interface for anything else.
 *
 * <p>The way of a batch: {@code JdbcSession.apply} moves the offset (fence), hands each {@code ShardProjection} its changes,
 * commits. For an UpsertProjection that is {@code ViewWriter}: {@code PendingRows} coalesces per key, {@code RowMoves} takes
 * key changes of rows with unknown values, {@code BulkStatement} sends arrays. For a MirrorProjection {@code MirrorWriter} cuts the
 * batch where the shape of rows changes, {@code MirrorWriters} fits the table to each shape, and a ViewWriter, or without a key a
 * {@code KeylessWriter}, writes each piece.
 */
@NullMarked
package dev.cdcpipeline.projection.jdbc;

import org.jspecify.annotations.NullMarked;
