package dev.cdcpipeline.mirror;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** One row in 10,000 is refused by the read model. */
class PoisonCampaign {

    @Test
    void exactly_the_changes_that_a_constraint_refuses_and_their_successors_are_parked_and_replayed_under_kills()
            throws InterruptedException {
        PoisonRun.go(10_000, Duration.ofSeconds(60));
    }
}
