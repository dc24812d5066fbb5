package dev.cdcpipeline.cache;

import static dev.cdcpipeline.cache.ShopFault.CRASH_POINT;
import static dev.cdcpipeline.cache.ShopFault.CUT_BACK;
import static dev.cdcpipeline.cache.ShopFault.EMPTIED;
import static dev.cdcpipeline.cache.ShopFault.FAILED_OVER;
import static dev.cdcpipeline.cache.ShopFault.FLUSHED;
import static dev.cdcpipeline.cache.ShopFault.OLDER;
import static dev.cdcpipeline.cache.ShopFault.OWNER_PAUSED;
import static dev.cdcpipeline.cache.ShopFault.PIPELINE_CLOSED;
import static dev.cdcpipeline.cache.ShopFault.PIPELINE_KILLED;
import static dev.cdcpipeline.cache.ShopFault.REDIS_KILLED;
import static dev.cdcpipeline.cache.ShopFault.REDIS_SUSPENDED;
import static dev.cdcpipeline.cache.ShopFault.SOURCE_KILLED;

import dev.cdcpipeline.testkit.RedisPersistence;
import dev.cdcpipeline.testkit.RedisSentinels;
import dev.cdcpipeline.testkit.RedisServer;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Random histories into a Redis while it, the pipeline and the source die, and while Redis loses data: a quarter of {@code
 * -Dcampaign.seconds} (60) each. {@code -Dcampaign.seed} repeats what is written and which faults come, not the time they take.
 */
class RedisCampaign {

    @Test
    void a_redis_that_keeps_what_it_has_answered_is_never_seen_torn_or_older_whoever_dies() {
        Set<ShopFault> faults = Set.of(
                PIPELINE_KILLED,
                CRASH_POINT,
                PIPELINE_CLOSED,
                OWNER_PAUSED,
                SOURCE_KILLED,
                REDIS_SUSPENDED,
                REDIS_KILLED);
        onServer(RedisPersistence.AOF_ALWAYS, faults, Set.of());
    }

    @Test
    void a_redis_that_loses_the_last_moment_of_its_log_is_repaired_by_itself() {
        onServer(
                RedisPersistence.AOF_EVERYSEC,
                Set.of(PIPELINE_KILLED, CRASH_POINT, OWNER_PAUSED),
                Set.of(CUT_BACK, FLUSHED));
    }

    @Test
    void a_redis_without_persistence_is_repaired_by_itself() {
        onServer(
                RedisPersistence.NONE,
                Set.of(PIPELINE_KILLED, CRASH_POINT, OWNER_PAUSED),
                Set.of(OLDER, FLUSHED, EMPTIED));
    }

    @Test
    void a_replica_that_was_behind_when_it_became_the_master_is_repaired_by_itself() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                ShopCampaign campaign = new ShopCampaign(sentinels.uri(), sentinels::master, sentinels)) {
            campaign.run(Set.of(PIPELINE_KILLED, OWNER_PAUSED), Set.of(FAILED_OVER));
        }
    }

    private static void onServer(RedisPersistence persistence, Set<ShopFault> harmless, Set<ShopFault> losing) {
        try (RedisServer redis = RedisServer.builder().persistence(persistence).start();
                ShopCampaign campaign = new ShopCampaign(redis.uri(), () -> redis, null)) {
            campaign.run(harmless, losing);
        }
    }
}
