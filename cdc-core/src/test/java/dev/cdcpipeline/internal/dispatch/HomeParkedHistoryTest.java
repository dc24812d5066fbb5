package dev.cdcpipeline.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.deadletter.DeadLetter;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.deadletter.LetterKeys;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.policy.ParkingLimits;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories with values that the target refuses, outages and deaths at every step of parking and replaying.
 * {@code -Dletters.seed} chooses others.
 */
class HomeParkedHistoryTest {
    private static final long SEED = Long.getLong("letters.seed", 7L);
    private static final int HISTORIES = 150;
    private static final int MOST_FAULTS = 8;

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 40})
    void what_is_not_parked_is_exact_and_a_replay_brings_the_rest(int faults) throws InterruptedException {
        for (int i = 0; i < HISTORIES; i++) {
            long seed = SEED * 1000 + i;
            try {
                new History(seed, faults).run();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("with -Dletters.seed=" + SEED + ", history " + i, e);
            }
        }
    }

    private static final class History {
        private final Random dice;
        private final int faults;
        private long seen;
        private final HomeSource source;
        private final HomeBench bench = new HomeBench().limits(new ParkingLimits(1, 100_000, 100_000, 100_000));

        History(long seed, int faults) {
            this.dice = new Random(seed);
            this.faults = faults;
            this.source = new HomeSource(dice, 10 + dice.nextInt(40));
        }

        void run() throws InterruptedException {
            bench.target.refuses = HomeSource::isBad;
            bench.target.isInParts = dice.nextBoolean();
            bench.loading();
            unsettle();
            while (!surviving(this::stream)) {
                // a new process goes on
            }
            bench.steps.goWell();
            bench.start();
            assertExactButParked();
            bench.target.refuses = change -> false;
            unsettle();
            while (!surviving(() -> replayed(DeadLetterFilter.all()))) {
                // a new process goes on
            }
            bench.steps.goWell();
            bench.start();
            replayed(DeadLetterFilter.all());
            assertThat(bench.letters.parked()).isEmpty();
            assertThat(bench.target.rows).isEqualTo(source.rows());
            assertOrder();
        }

        private void unsettle() {
            int[] left = {MOST_FAULTS};
            bench.steps.fail(step -> {
                boolean goesWell = dice.nextInt(1000) >= faults || left[0]-- <= 0;
                return goesWell ? null : dice.nextBoolean() ? new Steps.Death() : new TransientFailure("away");
            });
        }

        private interface Work {
            void run() throws InterruptedException;
        }

        /** Whether the process has come to the end. */
        private boolean surviving(Work work) throws InterruptedException {
            try {
                bench.start();
                work.run();
                return true;
            } catch (Steps.Death | TransientFailure e) {
                return false;
            }
        }

        private void stream() throws InterruptedException {
            long before = seen;
            long from = Long.parseLong(bench.session().offset().boundary().split(":")[0]);
            for (long to : source.ends(Position.boundary(from))) {
                if (dice.nextInt(3) == 0) {
                    continue;
                }
                seen = Math.max(seen, to);
                bench.dispatch(to, source.changes(from, to, before));
                from = to;
                assertThat(bench.parking().parked().getOrDefault("plain", 0L))
                        .isEqualTo(bench.letters.parked().size());
                replaySome();
            }
            long last = source.ends(Position.boundary(0)).stream()
                    .max(Long::compare)
                    .orElseThrow();
            seen = last;
            bench.dispatch(last, source.changes(from, last, before));
        }

        private void replaySome() {
            List<DeadLetter> parked = bench.letters.parked();
            if (dice.nextInt(4) == 0 && !parked.isEmpty()) {
                DeadLetter any = parked.get(dice.nextInt(parked.size()));
                try {
                    replayed(dice.nextBoolean() ? DeadLetterFilter.all() : DeadLetterFilter.of(any));
                } catch (TransientFailure e) {
                    bench.session().target().recover();
                }
            }
        }

        private void replayed(DeadLetterFilter filter) {
            bench.replay(filter, 1 + dice.nextInt(5));
        }

        private void assertExactButParked() {
            Set<String> waiting = new HashSet<>();
            bench.letters.parked().forEach(letter -> waiting.addAll(letter.keys()));
            Map<String, String> expected = new HashMap<>(source.rows());
            Map<String, String> actual = new HashMap<>(bench.target.rows);
            if (waiting.contains(LetterKeys.wholeTable(Records.ORDERS))) {
                return;
            }
            Set<String> keys = new HashSet<>(expected.keySet());
            keys.addAll(actual.keySet());
            keys.stream()
                    .filter(key -> waiting.contains(LetterKeys.of(Records.ORDERS, List.of(key))))
                    .forEach(key -> {
                        expected.remove(key);
                        actual.remove(key);
                    });
            assertThat(actual).isEqualTo(expected);
        }

        /** Each row has had its changes in the order of the source; only a replay may bring one twice, in a row. */
        private void assertOrder() {
            Map<String, Position> last = new HashMap<>();
            for (Change<Row> change : bench.target.applied) {
                if (change.operation() != Operation.READ && change.operation() != Operation.TRUNCATE) {
                    Position before = last.put(PlainTarget.text(change.key()), change.position());
                    assertThat(before == null || before.compareTo(change.position()) <= 0)
                            .as("%s after %s", change, before)
                            .isTrue();
                }
            }
        }
    }
}
