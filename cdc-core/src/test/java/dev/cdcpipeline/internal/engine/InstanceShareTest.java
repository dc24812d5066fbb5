package dev.cdcpipeline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.internal.engine.SimulatedFleet.Instance;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstanceShareTest {
    private static final Duration LEASE = SimulatedFleet.LEASE;
    private static final Duration LONG = Duration.ofHours(1);

    @Test
    void a_single_instance_takes_everything_at_once() {
        SimulatedFleet fleet = new SimulatedFleet(5);
        Instance only = fleet.start("a");
        fleet.run(Duration.ofSeconds(2));

        assertThat(only.held()).isEqualTo(5);
        assertThat(fleet.run(LONG).moves()).isEqualTo(5);
    }

    @Test
    void an_instance_that_joins_gets_its_share_and_nothing_moves_after() {
        SimulatedFleet fleet = new SimulatedFleet(6);
        Instance first = fleet.start("a");
        fleet.run(LEASE.multipliedBy(2));
        Instance second = fleet.start("b");
        fleet.run(LEASE.multipliedBy(6));

        assertThat(first.held()).isEqualTo(3);
        assertThat(second.held()).isEqualTo(3);
        assertThat(fleet.moves()).as("each shard once, and three once more").isEqualTo(9);
        fleet.run(LONG);
        assertThat(fleet.moves()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1,3", "2,2", "3,2", "5,3", "7,2", "8,3", "9,4", "12,5", "16,5"})
    void any_number_of_shards_comes_to_rest_over_any_number_of_instances(int shards, int instances) {
        SimulatedFleet fleet = new SimulatedFleet(shards);
        for (int i = 0; i < instances; i++) {
            fleet.start("i" + i);
            fleet.run(LEASE.multipliedBy(i % 2));
        }
        fleet.run(LEASE.multipliedBy(20));
        assertThat(fleet.running()).isEqualTo(shards);
        fleet.moves();

        fleet.run(LONG);

        assertThat(fleet.moves()).as("moves in an hour").isZero();
        assertThat(fleet.running()).isEqualTo(shards);
    }

    @Test
    void the_shards_of_an_instance_that_was_killed_are_run_by_the_others_within_two_lease_times() {
        SimulatedFleet fleet = new SimulatedFleet(6);
        Instance first = fleet.start("a");
        Instance second = fleet.start("b");
        fleet.run(LEASE.multipliedBy(4));
        second.kill();
        fleet.run(LEASE.multipliedBy(2).plusSeconds(2));

        assertThat(first.held()).isEqualTo(6);
        fleet.moves();
        fleet.run(LONG);
        assertThat(fleet.moves()).isZero();
    }

    @Test
    void the_shards_of_an_instance_that_was_closed_are_run_by_the_others_at_once() {
        SimulatedFleet fleet = new SimulatedFleet(6);
        Instance first = fleet.start("a");
        Instance second = fleet.start("b");
        fleet.run(LEASE.multipliedBy(4));
        second.close();
        fleet.run(Duration.ofSeconds(2));

        assertThat(first.held()).isEqualTo(6);
    }

    @Test
    void a_rolling_restart_ends_with_equal_shares() {
        SimulatedFleet fleet = new SimulatedFleet(6);
        Instance[] old = {fleet.start("a1"), fleet.start("b1"), fleet.start("c1")};
        fleet.run(LEASE.multipliedBy(8));
        Instance[] young = new Instance[old.length];
        for (int i = 0; i < old.length; i++) {
            old[i].close();
            fleet.run(Duration.ofSeconds(5));
            young[i] = fleet.start("n" + i);
            fleet.run(LEASE.multipliedBy(2));
        }
        fleet.run(LEASE.multipliedBy(8));

        assertThat(young).extracting(Instance::held).containsExactly(2, 2, 2);
    }

    @Test
    void shards_do_not_wander_when_an_instance_that_is_alive_cannot_run_any() {
        SimulatedFleet fleet = new SimulatedFleet(4);
        Instance fit = fleet.start("fit");
        fleet.run(LEASE);
        fleet.start("unfit").unfit();
        fleet.run(LEASE.multipliedBy(20));
        fleet.moves();

        fleet.run(LONG);

        assertThat(fit.held()).isEqualTo(4);
        assertThat(fleet.moves()).as("moves in an hour").isZero();
    }

    @Test
    void an_instance_that_can_run_shards_again_after_a_restart_gets_its_share() {
        SimulatedFleet fleet = new SimulatedFleet(4);
        Instance fit = fleet.start("fit");
        Instance unfit = fleet.start("unfit").unfit();
        fleet.run(LEASE.multipliedBy(20));
        unfit.close();
        fleet.run(LEASE);
        Instance mended = fleet.start("mended");
        fleet.run(LEASE.multipliedBy(8));

        assertThat(fit.held()).isEqualTo(2);
        assertThat(mended.held()).isEqualTo(2);
    }
}
