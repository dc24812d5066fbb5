package dev.cdcpipeline.mirror;

import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Runs a {@link Campaign} and tells what happens: the seed, each fault, a summary every minute, and everything needed to look into
 * the first difference.
 */
final class CampaignRun {
    private static final Duration BETWEEN_LOG_COMPARISONS = Duration.ofMinutes(1);
    private static final Duration BETWEEN_FULL_COMPARISONS = Duration.ofMinutes(5);

    private final long seed;
    private final int instances;
    private final Duration length;
    private final int leastFaults;

    /**
     * @param length zero for ever
     * @param leastFaults how many there are even if that takes longer
     */
    CampaignRun(long seed, int instances, Duration length, int leastFaults) {
        this.seed = seed;
        this.instances = instances;
        this.length = length;
        this.leastFaults = leastFaults;
    }

    /** Settings of the command line: {@code campaign.seed}, {@code campaign.instances} and {@code campaign.seconds}. */
    static CampaignRun configured(int leastFaults) {
        return new CampaignRun(
                Long.getLong("campaign.seed", System.nanoTime()),
                Integer.getInteger("campaign.instances", 2),
                Duration.ofSeconds(Long.getLong("campaign.seconds", 200)),
                leastFaults);
    }

    /**
     * Returns when the time is over and everything was right, with the number of each fault.
     *
     * @throws AssertionError at the first difference; the servers' data and the outputs of the pipeline are kept
     */
    Map<Fault, Integer> run() {
        say("seed " + seed + ", " + instances + " instance(s), " + (length.isZero() ? "until it is stopped" : length));
        try (Campaign campaign = new Campaign(seed, instances)) {
            try {
                untilTheEnd(campaign);
            } catch (RuntimeException | Error e) {
                say("FAILED after " + campaign.total() + " faults, with seed " + seed + ": " + e);
                say("the servers' data and the output of each JVM are kept in " + campaign.keepTraces());
                throw e;
            }
            return campaign.faults();
        }
    }

    Fault[] possibleFaults() {
        return Stream.of(Fault.values())
                .filter(fault -> fault.isPossibleWith(instances))
                .toArray(Fault[]::new);
    }

    private void untilTheEnd(Campaign campaign) {
        long begin = System.nanoTime();
        long nextLog = begin + BETWEEN_LOG_COMPARISONS.toNanos();
        long nextFull = begin + BETWEEN_FULL_COMPARISONS.toNanos();
        while (length.isZero() || System.nanoTime() - begin < length.toNanos() || campaign.total() < leastFaults) {
            campaign.nextFault(fault -> say("fault " + fault));
            if (System.nanoTime() - nextFull > 0) {
                campaign.compareAll();
                say("compared in full; " + campaign.summary());
                nextFull = System.nanoTime() + BETWEEN_FULL_COMPARISONS.toNanos();
            } else if (System.nanoTime() - nextLog > 0) {
                campaign.compareLogs();
                say(campaign.summary());
                nextLog = System.nanoTime() + BETWEEN_LOG_COMPARISONS.toNanos();
            }
        }
        campaign.compareAll();
        say("ended, compared in full; " + campaign.summary());
    }

    private static void say(String what) {
        System.out.println("CrashCampaign " + LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + what);
    }
}
