/**
 * The whole pipeline on real servers: tables mirrored by a pipeline in a JVM of its own, which tests kill. {@link
 * dev.cdcpipeline.mirror.MirrorMain} is what runs there, {@link dev.cdcpipeline.mirror.Mirror} is the test's hand on it.
 */
@NullMarked
package dev.cdcpipeline.mirror;

import org.jspecify.annotations.NullMarked;
