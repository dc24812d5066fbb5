package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Servers die and come back under a process that nobody restarts. */
@Tag("alone")
class ServerDeathIT {
    private static final int DEATHS = 3;

    @Test
    void everything_is_applied_once_after_the_source_server_was_killed_under_load() {
        try (PostgresSource source = PostgresSource.start();
                Mirror mirror = new Mirror(source, "db0")) {
            underLoad(mirror, source);
        }
    }

    @Test
    void everything_is_applied_once_after_the_server_of_the_read_model_was_killed_under_load() {
        try (PostgresSource readModel = PostgresSource.start();
                Mirror mirror = new Mirror(PostgresSource.shared(), readModel, "db0")) {
            underLoad(mirror, readModel);
        }
    }

    private static void underLoad(Mirror mirror, PostgresSource dies) {
        ForkedJvm process = mirror.startLoaded();
        Reference reference = Reference.of(mirror.source());
        try (Traffic traffic = Traffic.calm(mirror.source(), 3, 3, Duration.ofMillis(20))) {
            for (int death = 0; death < DEATHS; death++) {
                mirror.awaitMoved();
                dies.killAndRestart();
                mirror.awaitApplied();
                traffic.assertEveryoneWrites();
            }
        }
        mirror.awaitApplied();
        assertThat(process.isAlive()).as("the first process").isTrue();
        reference.assertAppliedExactly(mirror, "db0");
        mirror.assertNothingAppliedTwice();
        mirror.assertViewsEqualSources();
        mirror.assertSlotsNotAhead();
    }
}
