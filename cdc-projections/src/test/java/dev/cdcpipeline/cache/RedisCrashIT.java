package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.mirror.Traffic;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisPersistence;
import dev.cdcpipeline.testkit.RedisServer;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The pipeline dies again and again while two tables change at random, and Redis once. */
class RedisCrashIT {
    private static final int KILLS = 5;

    @Test
    void after_kills_every_key_equals_the_row_and_no_key_is_without_a_row() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        try (RedisServer redis = RedisServer.builder()
                        .persistence(RedisPersistence.AOF_ALWAYS)
                        .start();
                Shop shop = new Shop(PostgresSource.shared(), redis)) {
            try (Traffic traffic = shop.traffic(seed, 2, Duration.ofMillis(20))) {
                for (int kill = 0; kill < KILLS; kill++) {
                    killOnce(shop, random, kill);
                    traffic.assertEveryoneWrites();
                }
                redis.kill();
                redis.restart();
                traffic.pause();
                try (ForkedJvm jvm = shop.jvm().start()) {
                    shop.awaitEqual();
                    shop.assertOffsetSane();
                    assertThat(jvm.output())
                            .as("losses")
                            .noneMatch(line -> line.startsWith(Shop.FOUND + "OFFSET_LOST"));
                }
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("with seed " + seed, e);
        }
    }

    private static void killOnce(Shop shop, SplittableRandom random, int kill) {
        shop.expireLease();
        switch (kill % 3) {
            case 0 -> killAt(shop, SteppedTarget.BEFORE, 1 + random.nextInt(20));
            case 1 -> killAt(shop, SteppedTarget.AFTER, 1 + random.nextInt(20));
            default -> {
                try (ForkedJvm jvm = shop.jvm().start()) {
                    jvm.awaitLine("started", Shop.PATIENCE);
                    jvm.killAtRandom(random, Duration.ZERO, Duration.ofMillis(500));
                }
            }
        }
    }

    private static void killAt(Shop shop, String point, int time) {
        try (ForkedJvm jvm = shop.jvm().crashAt(point, time).start()) {
            jvm.killAtCrashPoint(Shop.PATIENCE);
        }
    }
}
