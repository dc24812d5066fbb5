package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Three minutes and more of {@link Campaign}, more on a slow machine. {@code -Dcampaign.seconds}, {@code -Dcampaign.seed} and {@code -Dcampaign.instances} change it;
 * the seed decides the faults and what is written, not the time they take.
 */
class CrashCampaign {
    private static final int FAULTS = 60;

    @Test
    void random_histories_are_applied_exactly_while_processes_servers_and_networks_fail() {
        CampaignRun run = CampaignRun.configured(FAULTS);

        Map<Fault, Integer> faults = run.run();

        assertThat(faults.values().stream().mapToInt(Integer::intValue).sum())
                .as("faults")
                .isGreaterThanOrEqualTo(FAULTS);
        assertThat(faults).as("kinds of faults").containsOnlyKeys(run.possibleFaults());
    }
}
