/** What a shard is: one source database with its slot and publication. */
@NullMarked
package dev.cdcpipeline.shard;

import org.jspecify.annotations.NullMarked;
