package dev.cdcpipeline.monitor;

import dev.cdcpipeline.change.Position;
import java.time.Duration;

/**
 * A batch that a target has applied.
 *
 * @param shard the shard
 * @param target the target's name
 * @param changes how many changes it held; 0 when only the offset moved
 * @param position where the target stands now
 * @param took how long the target worked
 */
public record BatchApplied(String shard, String target, int changes, Position position, Duration took) {}
