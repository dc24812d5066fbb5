package dev.cdcpipeline.copy;

import org.junit.jupiter.api.Test;

/** A minute of pgbench; {@code -Dpgbench.seconds} changes it. */
class PgbenchCampaign {
    private static final int SECONDS = 60;

    @Test
    void balances_agree_in_every_read_of_the_copies() throws Exception {
        PgbenchRun.go(SECONDS);
    }
}
