package dev.cdcpipeline.monitor;

/**
 * What happened in a shard's stream since the process started, for diagnosis.
 *
 * @param transactions source transactions with captured rows that were put together
 * @param transactionsInPieces how many of them were larger than the limit and were therefore applied in pieces
 * @param completedByHeartbeat how many were found complete by a heartbeat that came before their own end mark
 * @param wentBack how often the stream jumped back and was read again (connection lost, walsender killed)
 * @param discarded changes of unfinished transactions thrown away at such a jump; they come again
 * @param engineStarts how many engines were started
 */
public record StreamCounters(
        long transactions,
        long transactionsInPieces,
        long completedByHeartbeat,
        long wentBack,
        long discarded,
        long engineStarts) {}
