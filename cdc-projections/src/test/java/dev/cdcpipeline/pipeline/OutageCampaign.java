package dev.cdcpipeline.pipeline;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A minute without the read model. */
class OutageCampaign {

    @Test
    void a_read_model_that_was_away_for_a_minute_under_load_is_exact_afterwards_without_a_dead_letter()
            throws InterruptedException {
        OutageRun.go(Duration.ofSeconds(60));
    }
}
