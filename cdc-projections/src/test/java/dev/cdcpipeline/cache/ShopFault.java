package dev.cdcpipeline.cache;

/** What a {@link RedisCampaign} does to a pipeline and its Redis. */
enum ShopFault {
    PIPELINE_KILLED("pipeline killed"),
    CRASH_POINT("pipeline killed before or after a write"),
    PIPELINE_CLOSED("pipeline closed in order"),
    OWNER_PAUSED("owner paused until another took over"),
    SOURCE_KILLED("PostgreSQL killed"),
    REDIS_SUSPENDED("Redis suspended"),
    REDIS_KILLED("Redis killed"),
    CUT_BACK("Redis killed, and the last of its log lost"),
    FLUSHED("FLUSHALL"),
    EMPTIED("Redis killed, and empty"),
    OLDER("Redis killed, and back with an old dump"),
    FAILED_OVER("failover to a replica that was behind");

    final String text;

    ShopFault(String text) {
        this.text = text;
    }
}
