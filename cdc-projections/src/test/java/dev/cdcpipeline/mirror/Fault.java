package dev.cdcpipeline.mirror;

/** What a {@link Campaign} does to a pipeline, how often among the others, and for how long. */
enum Fault {
    PROCESS_KILLED("process killed", 2, 0, 0),
    CRASH_POINT("killed at a crash point", 2, 0, 0),
    PROCESS_CLOSED("process closed in order", 1, 0, 0),
    PROCESS_PAUSED("process paused", 1, 300, 1500),
    /** So long that another instance takes over; only where there is another. */
    OWNER_PAUSED("process paused beyond its lease", 1, Campaign.LEASE_MILLIS + 500, 3 * Campaign.LEASE_MILLIS),
    WALSENDERS_KILLED("walsenders killed", 2, 0, 0),
    SOURCE_KILLED("source server killed", 1, 0, 1500),
    READ_MODEL_KILLED("read-model server killed", 1, 0, 1500),
    SOURCE_CUT("network to the source cut", 1, 100, 2000),
    SOURCE_STALLED("network to the source stalled", 1, 500, 4000),
    READ_MODEL_CUT("network to the read model cut", 1, 100, 2000),
    READ_MODEL_STALLED("network to the read model stalled", 1, 500, 4000);

    final String text;
    /** How often it comes in one round, in which each comes. */
    final int perRound;

    final int minMillis;
    final int maxMillis;

    Fault(String text, int perRound, int minMillis, int maxMillis) {
        this.text = text;
        this.perRound = perRound;
        this.minMillis = minMillis;
        this.maxMillis = maxMillis;
    }

    boolean isPossibleWith(int instances) {
        return this != OWNER_PAUSED || instances > 1;
    }
}
