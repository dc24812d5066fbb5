package dev.cdcpipeline.monitor;

import java.time.Instant;

/**
 * An error of a shard.
 *
 * @param at when, by this machine's clock
 * @param message who, what, and what to do
 */
public record ShardError(Instant at, String message) {}
