package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.cluster.models.partitions.Partitions;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeatsTest {

    @Test
    void grows_also_where_the_clock_is_behind_that_of_the_owner_before() {
        Beats ahead = new Beats(Ticks.next() + 1_000_000, List.of());

        assertThat(ahead.next(new Partitions()).number()).isGreaterThan(ahead.number());
    }

    @Test
    void reads_back_what_it_has_stored() {
        Beats beats = new Beats(7, List.of(0, 5_461));

        assertThat(Beats.parse(beats.text())).isEqualTo(beats);
        assertThat(Beats.parse("")).isEqualTo(Beats.NONE);
    }
}
