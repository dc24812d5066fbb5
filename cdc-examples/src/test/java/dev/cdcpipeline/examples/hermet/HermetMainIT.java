package dev.cdcpipeline.examples.hermet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The whole demo, small and short. */
@Tag("alone")
class HermetMainIT {

    @Test
    void ends_without_a_difference_although_the_pipeline_was_killed() {
        try (ForkedJvm demo = ForkedJvm.of(HermetMain.class)
                .property("hermet.seconds", "20")
                .property("hermet.rate", "100")
                .property("hermet.users", "400")
                .property("hermet.kills", "1")
                .start()) {
            int exitCode = demo.awaitExit(Duration.ofMinutes(8));
            assertThat(demo.output())
                    .anyMatch(line -> line.contains("kill -9"))
                    .anyMatch(line -> line.contains("user got another id"))
                    .endsWith("0 differences");
            assertThat(exitCode).isZero();
        }
    }
}
