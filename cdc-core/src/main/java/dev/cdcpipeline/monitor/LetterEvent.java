package dev.cdcpipeline.monitor;

import dev.cdcpipeline.change.Operation;

/**
 * Which parked change something has happened to, without its row.
 *
 * @param shard the shard's name
 * @param target the target's name
 * @param projection the projection that does not have the change, or did not until now
 * @param operation what was done to the row at the source
 */
public record LetterEvent(String shard, String target, String projection, Operation operation) {}
