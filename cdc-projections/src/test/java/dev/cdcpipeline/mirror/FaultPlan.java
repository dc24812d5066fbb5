package dev.cdcpipeline.mirror;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/** The faults of a {@link Campaign}, without end: rounds in which each comes at least once, in random order. The seed decides all. */
final class FaultPlan {
    private static final int LONGEST_CALM_MILLIS = 800;

    /**
     * One fault.
     *
     * @param instance which JVM, if it is about one
     * @param calm how long nothing is done before it
     * @param length how long it lasts
     * @param point which crash point
     * @param time for which time of reaching it
     * @param settles whether the next fault waits until everything committed before this one is applied
     */
    record Planned(
            int number,
            Fault fault,
            int instance,
            Duration calm,
            Duration length,
            String point,
            int time,
            boolean settles) {

        @Override
        public String toString() {
            String what = switch (fault) {
                case PROCESS_KILLED, PROCESS_CLOSED -> ", instance " + instance;
                case CRASH_POINT -> " '" + point + "', time " + time + ", instance " + instance;
                case PROCESS_PAUSED, OWNER_PAUSED -> " for " + length.toMillis() + " ms, instance " + instance;
                case WALSENDERS_KILLED -> "";
                default -> " for " + length.toMillis() + " ms";
            };
            return number + ": " + fault.text + what + (settles ? "" : ", the next one soon");
        }
    }

    private final SplittableRandom random;
    private final int instances;
    private final Deque<Fault> round = new ArrayDeque<>();
    private int number;

    FaultPlan(long seed, int instances) {
        this.random = new SplittableRandom(seed);
        this.instances = instances;
    }

    Planned next() {
        if (round.isEmpty()) {
            round.addAll(shuffled());
        }
        Fault fault = round.remove();
        String point = List.of(MirrorMain.APPLIED, MirrorMain.ACKNOWLEDGED, MirrorMain.IN_TRANSACTION)
                .get(random.nextInt(3));
        return new Planned(
                ++number,
                fault,
                random.nextInt(instances),
                Duration.ofMillis(random.nextInt(LONGEST_CALM_MILLIS)),
                Duration.ofMillis(random.nextInt(fault.minMillis, fault.maxMillis + 1)),
                point,
                1 + random.nextInt(point.equals(MirrorMain.IN_TRANSACTION) ? 400 : 60),
                random.nextInt(3) != 0);
    }

    private List<Fault> shuffled() {
        List<Fault> all = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            all.addAll(Collections.nCopies(fault.isPossibleWith(instances) ? fault.perRound : 0, fault));
        }
        Collections.shuffle(all, new Random(random.nextLong()));
        return all;
    }
}
