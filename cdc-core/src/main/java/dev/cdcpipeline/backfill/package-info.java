/** Reading tables again beside the stream, on request. */
@NullMarked
package dev.cdcpipeline.backfill;

import org.jspecify.annotations.NullMarked;
