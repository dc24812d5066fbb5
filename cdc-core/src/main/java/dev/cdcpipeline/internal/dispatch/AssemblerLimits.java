package dev.cdcpipeline.internal.dispatch;

/**
 * How much of an unfinished transaction is held before a piece of it is applied.
 *
 * @param maxRows held changes
 * @param maxBytes about how much memory they may take
 */
public record AssemblerLimits(int maxRows, long maxBytes) {}
