/**
 * The whole pipeline into a real Redis: what is there in the end is compared with the source in full, after crashes, losses and
 * loads. {@link dev.cdcpipeline.cache.Shop} is a source with its cache, {@link dev.cdcpipeline.cache.ShopMain} the pipeline between
 * them in a JVM of its own.
 */
@NullMarked
package dev.cdcpipeline.cache;

import org.jspecify.annotations.NullMarked;
