/** What operators have asked of a pipeline's shards, from whatever process, and where it is kept. */
@NullMarked
package dev.cdcpipeline.control;

import org.jspecify.annotations.NullMarked;
