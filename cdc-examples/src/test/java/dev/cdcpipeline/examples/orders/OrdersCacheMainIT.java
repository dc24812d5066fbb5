package dev.cdcpipeline.examples.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The tour of the cache shows what it says. */
class OrdersCacheMainIT {

    @Test
    void shows_hits_misses_changes_that_arrive_and_a_redis_that_has_lost_everything() {
        try (ForkedJvm program = ForkedJvm.of(OrdersCacheMain.class).start()) {
            int exitCode = program.awaitExit(Duration.ofMinutes(2));
            assertThat(program.output())
                    .anyMatch(line -> line.contains("200 X-Cache: miss {\"id\":1"))
                    .anyMatch(line -> line.contains("200 X-Cache: hit {\"id\":1") && line.contains("\"shipped\""))
                    .contains("# done");
            assertThat(exitCode).isZero();
        }
    }
}
