/** Measurements against peers, as ratios within one run. Not published. */
@NullMarked
package dev.cdcpipeline.benchmarks;

import org.jspecify.annotations.NullMarked;
