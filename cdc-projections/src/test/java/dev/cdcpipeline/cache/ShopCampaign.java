package dev.cdcpipeline.cache;

import dev.cdcpipeline.mirror.Instances;
import dev.cdcpipeline.mirror.Traffic;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisSentinels;
import dev.cdcpipeline.testkit.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A {@link Shop} that is written to, read and disturbed at the same time, with two instances of its pipeline. */
final class ShopCampaign implements AutoCloseable {
    private static final Duration LENGTH =
            Duration.ofSeconds(Long.getLong("campaign.seconds", 60)).dividedBy(4);
    private static final Duration BETWEEN_COMMITS = Duration.ofMillis(15);
    private static final int WRITERS = 3;

    private final long seed = Long.getLong("campaign.seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final PostgresSource source = PostgresSource.builder()
            .embedded()
            .setting("wal_sender_timeout", "5s")
            .start();
    private final Shop shop;
    private final Instances instances;
    private final Traffic traffic;
    private final PairWatch watch;
    private final ShopFaults faults;
    private final Map<ShopFault, Integer> done = new EnumMap<>(ShopFault.class);
    private int comparisons;

    ShopCampaign(String uri, Supplier<RedisServer> redis, @Nullable RedisSentinels sentinels) {
        shop = new Shop(source, uri, redis).lease(1_500);
        instances = new Instances(shop::jvm, 2);
        traffic = shop.traffic(seed, WRITERS, BETWEEN_COMMITS);
        watch = new PairWatch(uri);
        faults = new ShopFaults(source, shop, instances, sentinels, random);
        // While tables are loaded for the first time, readers may see halves.
        watch.forgiving();
        compare();
    }

    /** Does each of these at least once, those that lose data as well, and returns when the time is over. */
    void run(Set<ShopFault> harmless, Set<ShopFault> losing) {
        say("seed " + seed);
        try {
            long end = System.nanoTime() + LENGTH.toNanos();
            List<ShopFault> round = new ArrayList<>();
            while (System.nanoTime() < end || done.size() < harmless.size() + losing.size()) {
                if (round.isEmpty()) {
                    round.addAll(harmless);
                    round.addAll(losing);
                    Collections.sort(round);
                    Collections.shuffle(round, new Random(random.nextLong()));
                }
                ShopFault fault = round.remove(0);
                disturb(fault, losing.contains(fault));
            }
            compare();
            say("ended: " + summary());
        } catch (RuntimeException | Error e) {
            say("FAILED with seed " + seed + " after " + summary() + ": " + e);
            say("the output of each JVM is kept in " + outputs());
            throw e;
        }
    }

    private void disturb(ShopFault fault, boolean loses) {
        faults.calm(800);
        say(fault.text);
        if (loses) {
            watch.forgiving();
        }
        faults.inject(fault);
        done.merge(fault, 1, Integer::sum);
        faults.calm(1_000);
        if (random.nextInt(3) < (loses ? 2 : 1)) {
            compare();
        }
        instances.restartRefused();
        traffic.assertEveryoneWrites();
        watch.assertNothingWrong();
    }

    private void compare() {
        traffic.pause();
        shop.awaitEqual();
        shop.assertOffsetSane();
        comparisons++;
        watch.strict();
        traffic.resume();
    }

    private String summary() {
        return traffic.committed() + " transactions, " + watch.looks() + " looks of a reader, " + comparisons
                + " comparisons of all keys (the last of " + shop.expected().size() + "), "
                + faults.told(Shop.FOUND + "OFFSET_LOST") + " losses noticed; " + done;
    }

    private Path outputs() {
        try {
            Path directory = Files.createTempDirectory("redis-campaign-");
            instances.writeOutputs(directory);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(String what) {
        System.out.println("RedisCampaign " + LocalTime.now().truncatedTo(ChronoUnit.MILLIS) + " " + what);
    }

    @Override
    public void close() {
        try (source;
                shop;
                instances;
                watch) {
            traffic.close();
        }
    }
}
