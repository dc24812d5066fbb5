/** Who may run a shard: epochs. */
@NullMarked
package dev.cdcpipeline.lease;

import org.jspecify.annotations.NullMarked;
