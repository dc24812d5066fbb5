package dev.cdcpipeline.mirror;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short {@link PoisonCampaign} with more poison. */
@Tag("alone")
class PoisonIT {

    @Test
    void exactly_the_changes_that_a_constraint_refuses_and_their_successors_are_parked_and_replayed_under_kills()
            throws InterruptedException {
        PoisonRun.go(1_000, Duration.ofSeconds(12));
    }
}
