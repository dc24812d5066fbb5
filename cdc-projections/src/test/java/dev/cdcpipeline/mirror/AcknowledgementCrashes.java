package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Between the target's commit, the word to the engine and the move of the slot, the source would send everything again. */
abstract class AcknowledgementCrashes {
    private static final int LONGEST = 12;

    private final int crashes;

    AcknowledgementCrashes(int crashes) {
        this.crashes = crashes;
    }

    @Test
    void nothing_is_applied_twice_when_the_process_is_killed_before_the_engine_is_told_and_before_the_slot_moves() {
        long seed = System.nanoTime();
        System.out.println("crashes before acknowledgements: seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        try (Mirror mirror = new Mirror().with("batchSize", 17).with("maxTransactionRows", 50)) {
            mirror.startLoaded().kill9();
            Reference reference = Reference.of(mirror.source());
            try (Traffic traffic = Traffic.calm(mirror.source(), seed, 3, Duration.ofMillis(20))) {
                for (int i = 0; i < crashes; i++) {
                    long before = mirror.applied().size();
                    String point = i % 2 == 0 ? MirrorMain.APPLIED : MirrorMain.ACKNOWLEDGED;
                    mirror.crashAt(point, 1 + random.nextInt(LONGEST));
                    mirror.assertSlotsNotAhead();
                    assertThat((long) mirror.applied().size()).isGreaterThanOrEqualTo(before);
                }
                assertThat(traffic.committed()).isPositive();
            }
            mirror.start();
            mirror.awaitApplied();
            mirror.assertNothingAppliedTwice();
            reference.assertAppliedExactly(mirror, "db0");
            mirror.assertViewsEqualSources();
        }
    }
}
