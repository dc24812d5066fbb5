/** Who may run a shard: leases and epochs. */
@NullMarked
package dev.cdcpipeline.lease;

import org.jspecify.annotations.NullMarked;
