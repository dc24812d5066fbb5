package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.cdcpipeline.internal.postgres.ReplicationSlot;
import dev.cdcpipeline.internal.postgres.SourceState;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SourceGaugeTest {
    private final SourceGauge gauge = new SourceGauge();

    @Test
    void nothing_is_known_before_the_first_measurement_nor_while_the_source_is_away() {
        assertThat(gauge.lagBytes(100)).isEmpty();
        assertThat(gauge.retainedBytes()).isEmpty();

        gauge.measured(state(500, Instant.now(), 200));
        gauge.unreachable();

        assertThat(gauge.lagBytes(100)).isEmpty();
        assertThat(gauge.retainedBytes()).isEmpty();
    }

    @Test
    void lag_is_what_the_source_has_written_beyond_what_is_applied_and_never_less_than_nothing() {
        gauge.measured(state(500, Instant.now(), 200));

        assertThat(gauge.lagBytes(100)).hasValue(400);
        assertThat(gauge.lagBytes(600)).as("applied since the measurement").hasValue(0);
        assertThat(gauge.lagBytes(-1)).as("nothing is applied").isEmpty();
    }

    @Test
    void retained_bytes_are_those_of_the_slot_if_there_is_one() {
        gauge.measured(state(500, Instant.now(), 200));
        assertThat(gauge.retainedBytes()).hasValue(300);

        gauge.measured(new SourceState(500, 500, Instant.now(), Optional.empty()));
        assertThat(gauge.retainedBytes()).isEmpty();
    }

    @Test
    void the_clock_of_the_source_is_what_counts_also_when_it_is_an_hour_off() {
        gauge.measured(state(500, Instant.now().minus(Duration.ofHours(1)), 200));

        long anHourAgo = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().minus(Duration.ofHours(1)));
        assertThat(gauge.nowMicros()).isCloseTo(anHourAgo, within(5_000_000L));
    }

    private static SourceState state(long lsn, Instant time, long restartLsn) {
        return new SourceState(
                lsn,
                lsn,
                time,
                Optional.of(new ReplicationSlot.State(
                        true, 1, "pgoutput", "d", "reserved", null, restartLsn, restartLsn, null)));
    }
}
