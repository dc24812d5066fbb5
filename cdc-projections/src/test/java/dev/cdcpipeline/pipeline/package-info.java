/**
 * The whole pipeline on real servers, in the JVM of the test: how it starts, stops, fails, recovers and what it tells about
 * itself. {@link dev.cdcpipeline.pipeline.Bench} is what the tests share.
 */
@NullMarked
package dev.cdcpipeline.pipeline;

import org.jspecify.annotations.NullMarked;
