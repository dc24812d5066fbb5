package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.mirror.Traffic;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.ForkedJvmBuilder;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisPersistence;
import dev.cdcpipeline.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Letters are at home and the rows are in Redis: the pipeline is killed between the two, while it parks and while it replays. */
class RedisLetterCrashIT {
    private static final DeadLetterFilter ALL = DeadLetterFilter.all();
    private static final int KILLS = 3;
    private static final int MOST_KILLS = 30;

    @Test
    void killed_while_it_parks_and_replays_the_pipeline_makes_redis_equal_in_the_end(@TempDir Path directory)
            throws IOException, InterruptedException {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        Path poison = Files.createFile(directory.resolve("poison"));
        try (RedisServer redis = RedisServer.builder()
                        .persistence(RedisPersistence.AOF_ALWAYS)
                        .start();
                Shop shop = new Shop(PostgresSource.shared(), redis)) {
            try (CdcPipeline operator = shop.operator();
                    Traffic traffic = shop.traffic(seed, 2, Duration.ofMillis(20))) {
                int kills = 0;
                while (kills < KILLS || operator.deadLetters().list(ALL, 10).isEmpty()) {
                    killOnce(shop, poison, random, kills++);
                    assertThat(kills).as("kills until something waits").isLessThan(MOST_KILLS);
                }
                traffic.pause();
                Files.delete(poison);
                String order = operator.deadLetters().replay(ALL);
                try (ForkedJvm jvm = jvm(shop, poison).start()) {
                    jvm.awaitLine("started", Shop.PATIENCE);
                    jvm.killAtRandom(random, Duration.ZERO, Duration.ofMillis(500));
                }
                try (ForkedJvm jvm = jvm(shop, poison).start()) {
                    jvm.awaitLine("started", Shop.PATIENCE);
                    assertThat(operator.deadLetters().await(order, Shop.PATIENCE))
                            .isTrue();
                    // What came behind others after the order was given.
                    operator.deadLetters().await(operator.deadLetters().replay(ALL), Shop.PATIENCE);
                    shop.awaitEqual();
                    assertThat(operator.deadLetters().list(ALL, 10)).isEmpty();
                }
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("with seed " + seed, e);
        }
    }

    private static ForkedJvmBuilder jvm(Shop shop, Path poison) {
        shop.expireLease();
        return shop.jvm().property("shop.poison", poison.toString());
    }

    private static void killOnce(Shop shop, Path poison, SplittableRandom random, int kill) {
        String point = kill % 2 == 0 ? SteppedTarget.AFTER : SteppedTarget.BEFORE;
        try (ForkedJvm jvm =
                jvm(shop, poison).crashAt(point, 1 + random.nextInt(15)).start()) {
            jvm.killAtCrashPoint(Shop.PATIENCE);
        }
    }
}
