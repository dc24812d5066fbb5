/**
 * Projections into Redis, in one atomic write with the offset.
 *
 * <p>Begin with {@link dev.cdcpipeline.projection.redis.RedisTarget}. What it does with changes is told by its projections, and
 * {@link dev.cdcpipeline.projection.redis.CacheReader} reads what they have written, also in services that run no pipeline.
 *
 * <p>The way of a batch: {@code RedisSession.apply} folds the changes of each row, the {@code ShardProjection}s turn what is left
 * into {@code Writes}, and the {@code RedisStore} hands them to the server with the offset: in one script on one server, slot by
 * slot in a cluster.
 */
@NullMarked
package dev.cdcpipeline.projection.redis;

import org.jspecify.annotations.NullMarked;
