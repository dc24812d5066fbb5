/**
 * Whole tables mirrored as they are, with generated rows and histories, and compared with their sources in full. {@link
 * dev.cdcpipeline.copy.CopyBench} is what the tests share.
 */
@NullMarked
package dev.cdcpipeline.copy;

import org.jspecify.annotations.NullMarked;
