package dev.cdcpipeline.change;

import java.time.Instant;

/**
 * Where a change comes from.
 *
 * @param shard the shard's name
 * @param table the source table
 * @param transactionId the source's own number of the transaction; for a {@link Operation#READ} that of the surrounding one
 * @param commitTime when the transaction was committed, by the source's clock
 * @param position the place in the shard's stream; a {@link Operation#READ} has none of its own and carries that of the
 *     boundary before it
 */
public record ChangeSource(String shard, TableName table, long transactionId, Instant commitTime, Position position) {}
