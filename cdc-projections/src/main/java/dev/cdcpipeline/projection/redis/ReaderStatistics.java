package dev.cdcpipeline.projection.redis;

/**
 * What a {@link CacheReader} has done since it was built. Each number only grows; they are not taken at one instant.
 *
 * @param hits reads that were answered by Redis, also after a wait for somebody else's fill
 * @param misses reads that found nothing in Redis at first
 * @param loads calls of a loader
 * @param fills loaded values that were put into Redis
 * @param refusedFills loaded values that were not, because the pipeline or somebody else was faster, the load took longer than the
 *     lease, data were lost meanwhile, or the codec cannot write them
 * @param fallbacks reads for which Redis could not be used: not there, too slow, refuses, or has what cannot be read
 * @param unadmitted misses for which nobody may fill: right after a delete, or as long as not every shard of the pipeline has told that
 *     it keeps this projection. If it keeps growing, a name is wrong or the pipeline has never run
 */
public record ReaderStatistics(
        long hits, long misses, long loads, long fills, long refusedFills, long fallbacks, long unadmitted) {}
