package dev.cdcpipeline.monitor;

import dev.cdcpipeline.change.Operation;
import java.util.Map;

/**
 * What happened in a shard's stream since the process started, for diagnosis.
 *
 * @param transactions source transactions with captured rows that were put together
 * @param transactionsInPieces how many of them were larger than the limit and were therefore applied in pieces
 * @param completedByHeartbeat how many were found complete by a heartbeat that came before their own end mark
 * @param wentBack how often the stream jumped back and was read again (connection lost, walsender killed)
 * @param discarded changes of unfinished transactions thrown away at such a jump; they come again
 * @param engineStarts how many engines were started
 * @param read changes that the engine delivered, by operation, replayed ones counted again
 * @param skipped changes that were delivered again and left out, because every target has them
 * @param failures how often an engine ended by itself or had to be given up
 */
public record StreamCounters(
        long transactions,
        long transactionsInPieces,
        long completedByHeartbeat,
        long wentBack,
        long discarded,
        long engineStarts,
        Map<Operation, Long> read,
        long skipped,
        long failures) {}
