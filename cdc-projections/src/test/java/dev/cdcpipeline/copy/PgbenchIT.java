package dev.cdcpipeline.copy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The copies of a bank's tables under load, one of which has no key; {@link PgbenchCampaign} is longer. */
@Tag("alone")
class PgbenchIT {
    private static final int SECONDS = 10;

    @Test
    void balances_agree_in_every_read_of_the_copies() throws Exception {
        PgbenchRun.go(SECONDS);
    }
}
