package dev.cdcpipeline.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The first program of the README does what it says. */
class QuickstartMainIT {

    @Test
    void shows_the_view_after_the_first_load_and_after_changes() {
        try (ForkedJvm program = ForkedJvm.of(QuickstartMain.class).start()) {
            assertThat(program.awaitExit(Duration.ofMinutes(2))).isZero();
            assertThat(program.output())
                    .containsSubsequence(
                            "order_view after the first load:",
                            "  1  Ada  paid  99.90",
                            "  2  Bo  new  5.00",
                            "order_view after an insert, an update and a delete:",
                            "  1  Ada  shipped  99.90",
                            "  3  Chiara  new  12.50");
        }
    }
}
