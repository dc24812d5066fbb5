package dev.cdcpipeline.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * A read model that refuses some rows, under load, while the process is killed again and again at random instants; then it takes
 * them, and everything that was parked is replayed, under load and kills as well.
 */
final class PoisonRun implements AutoCloseable {
    private static final List<String> SHARDS = List.of("db0", "db1");
    private static final Duration SHORTEST_LIFE = Duration.ofMillis(300);
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(6);
    private static final Duration BETWEEN_COMMITS = Duration.ofMillis(30);
    /** Killed again and again, it lags behind what is written. */
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private static final int WRITERS = 2;
    private static final int BATCH = 300;
    private static final int KILLS_OF_A_REPLAY = 3;

    private final SplittableRandom random;
    private final Poison poison;
    private final Mirror mirror = new Mirror(SHARDS.toArray(String[]::new)).with("batchSize", BATCH);
    private final Map<String, Reference> references = new LinkedHashMap<>();
    private final List<Traffic> traffic;
    private int kills;

    private PoisonRun(Poison poison, long seed) {
        this.poison = poison;
        random = new SplittableRandom(seed);
        mirror.startLoaded().kill9();
        poison.constrain(mirror.readModel());
        SHARDS.forEach(shard -> references.put(shard, Reference.of(mirror.source(shard))));
        traffic = SHARDS.stream()
                .map(shard -> Traffic.calm(mirror.source(shard), random.nextLong(), WRITERS, BETWEEN_COMMITS))
                .toList();
    }

    /**
     * @param oneIn how rare poison is
     * @param load how long it is written and killed before everything is compared for the first time
     */
    static void go(int oneIn, Duration load) throws InterruptedException {
        long seed = Long.getLong("poison.seed", 5);
        try (PoisonRun run = new PoisonRun(new Poison(oneIn), seed)) {
            try {
                run.parkUnderKills(load);
                run.replayUnderKills();
            } catch (RuntimeException | Error e) {
                throw new AssertionError(
                        "with -Dpoison.seed=" + seed + ", after " + run.kills + " kills; the last output:\n"
                                + String.join("\n", run.mirror.lastOutput(20)),
                        e);
            }
        }
    }

    private void parkUnderKills(Duration load) {
        long end = System.nanoTime() + load.toNanos();
        while (System.nanoTime() < end) {
            mirror.start().awaitLine("started", Mirror.PATIENCE);
            kill();
        }
        comeToRest();
        tell();
        forEachShard(comparison -> {
            comparison.assertExactlyViolatorsParked();
            comparison.assertViewsExactBesideParkedRows();
        });
    }

    /** What is asked for is done by the next process if one dies in the middle. */
    private void replayUnderKills() throws InterruptedException {
        Poison.release(mirror.readModel());
        traffic.forEach(Traffic::resume);
        try (CdcPipeline operator = mirror.operator()) {
            for (int i = 0; i < KILLS_OF_A_REPLAY; i++) {
                operator.deadLetters().replay(DeadLetterFilter.all());
                kill();
                mirror.start();
            }
            comeToRest();
            String order = operator.deadLetters().replay(DeadLetterFilter.all());
            assertThat(operator.deadLetters().await(order, Mirror.PATIENCE))
                    .as("replayed in time: %s", operator.deadLetters().orders())
                    .isTrue();
        }
        mirror.assertViewsEqualSources();
        forEachShard(PoisonComparison::assertReplayed);
    }

    private void kill() {
        mirror.process().killAtRandom(random, SHORTEST_LIFE, LONGEST_LIFE);
        kills++;
    }

    private void comeToRest() {
        traffic.forEach(Traffic::assertEveryoneWrites);
        traffic.forEach(Traffic::pause);
        if (!mirror.process().isAlive()) {
            mirror.start();
        }
        mirror.awaitApplied(PATIENCE);
        mirror.assertNothingAppliedTwice();
    }

    private void forEachShard(Consumer<PoisonComparison> comparison) {
        references.forEach((shard, reference) ->
                comparison.accept(new PoisonComparison(mirror, shard, ExpectedLetters.of(reference.lines(), poison))));
    }

    private void tell() {
        System.out.println("poison: "
                + references.values().stream()
                        .mapToInt(each -> each.lines().size())
                        .sum() + " changes, " + kills
                + " kills; letters by projection: "
                + mirror.readModel()
                        .queryStrings("select concat_ws(' ', projection, coalesce(error_class, 'behind'), count(*))"
                                + " from cdc_dead_letter group by projection, error_class order by 1"));
    }

    @Override
    public void close() {
        try (mirror) {
            traffic.forEach(Traffic::close);
        }
    }
}
