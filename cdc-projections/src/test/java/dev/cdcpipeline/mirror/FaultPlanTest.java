package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.mirror.FaultPlan.Planned;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
    private static final int ROUND =
            Stream.of(Fault.values()).mapToInt(fault -> fault.perRound).sum();

    @Test
    void the_same_seed_plans_the_same_faults_and_another_one_others() {
        assertThat(plan(7, 100)).isEqualTo(plan(7, 100)).isNotEqualTo(plan(8, 100));
    }

    @Test
    void each_round_has_every_fault() {
        assertThat(plan(7, ROUND)).extracting(Planned::fault).contains(Fault.values());
    }

    private static List<Planned> plan(long seed, int count) {
        FaultPlan plan = new FaultPlan(seed, 2);
        return Stream.generate(plan::next).limit(count).toList();
    }
}
