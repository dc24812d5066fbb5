package dev.cdcpipeline.monitor;

/**
 * How well a shard is, from what was measured: the heartbeat's way through the pipeline, the age of the durable offset, the
 * newest findings at the source. Never from a flag that says that it runs.
 *
 * @param shard the shard's name
 * @param status the verdict
 * @param reason why, for people; empty for a shard that streams and keeps up
 */
public record ShardHealth(String shard, HealthStatus status, String reason) {}
