/** A pipeline's meters for Micrometer, which is an optional dependency: nothing else here needs it. */
@NullMarked
package dev.cdcpipeline.metrics;

import org.jspecify.annotations.NullMarked;
