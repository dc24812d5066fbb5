package dev.cdcpipeline.mirror;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
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

    /** @param length zero for ever */
    CampaignRun(long seed, int instances, Duration length) {
        this.seed = seed;
        this.instances = instances;
        this.length = length;
    }

    /** Settings of the command line: {@code campaign.seed}, {@code campaign.instances} and {@code campaign.seconds}. */
    static CampaignRun configured() {
        return new CampaignRun(
                Long.getLong("campaign.seed", System.nanoTime()),
                Integer.getInteger("campaign.instances", 1),
                Duration.ofSeconds(Long.getLong("campaign.seconds", 300)));
    }

    /**
     * Returns when the time is over and everything was right, with the number of each fault.
     *
     * @throws AssertionError at the first difference; the servers' data and the outputs of the pipeline are kept
     */
    Map<Fault, Integer> run() {
        Path directory = temporaryDirectory();
        say("seed " + seed + ", " + instances + " instance(s), " + (length.isZero() ? "until it is stopped" : length)
                + ", data in " + directory);
        Campaign campaign = new Campaign(seed, instances, directory);
        try (campaign) {
            untilTheEnd(campaign);
        } catch (RuntimeException | Error e) {
            campaign.writeOutputs(directory);
            say("FAILED after " + campaign.total() + " faults, with seed " + seed
                    + "; the servers' data and the outputs of the last JVMs are in " + directory + ": " + e);
            throw e;
        }
        delete(directory);
        return campaign.faults();
    }

    private void untilTheEnd(Campaign campaign) {
        long begin = System.nanoTime();
        long nextLog = begin + BETWEEN_LOG_COMPARISONS.toNanos();
        long nextFull = begin + BETWEEN_FULL_COMPARISONS.toNanos();
        while (length.isZero() || System.nanoTime() - begin < length.toNanos()) {
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

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("crash-campaign-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
