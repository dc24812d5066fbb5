package dev.cdcpipeline.cache;

import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.mirror.Instances;
import dev.cdcpipeline.testkit.ForkedJvm;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisSentinels;
import dev.cdcpipeline.testkit.RedisServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Does the faults of a {@link RedisCampaign}. What has died is running again afterwards. */
final class ShopFaults {
    /** What an append-only file loses at most when it is cut back: some batches. */
    private static final int LOST_BYTES = 300_000;

    private final PostgresSource source;
    private final Shop shop;
    private final Instances instances;
    private final @Nullable RedisSentinels sentinels;
    private final SplittableRandom random;
    private final Set<ForkedJvm> lives = new LinkedHashSet<>();

    ShopFaults(
            PostgresSource source,
            Shop shop,
            Instances instances,
            @Nullable RedisSentinels sentinels,
            SplittableRandom random) {
        this.source = source;
        this.shop = shop;
        this.instances = instances;
        this.sentinels = sentinels;
        this.random = random;
    }

    /** Returns when it is over, which is before it is overcome. */
    void inject(ShopFault fault) {
        noteLives();
        RedisServer redis = shop.redis();
        switch (fault) {
            case PIPELINE_KILLED -> instances.get(random.nextInt(2)).kill9();
            case CRASH_POINT -> crash();
            case PIPELINE_CLOSED -> {
                ForkedJvm closed = instances.get(random.nextInt(2));
                ProcessHandle.of(closed.pid()).ifPresent(ProcessHandle::destroy);
                closed.awaitExit(Shop.PATIENCE);
            }
            case OWNER_PAUSED -> pauseOwner();
            case SOURCE_KILLED -> source.killAndRestart();
            case REDIS_SUSPENDED -> {
                redis.suspend();
                calm(1_500);
                redis.resume();
            }
            case REDIS_KILLED -> {
                redis.kill();
                calm(500);
                redis.restart();
            }
            case CUT_BACK -> cutBack(redis);
            case FLUSHED -> redis.command("FLUSHALL");
            case EMPTIED -> redis.emptyRestart();
            case OLDER -> {
                redis.command("SAVE");
                calm(1_500);
                redis.kill();
                redis.restart();
            }
            case FAILED_OVER -> failOver();
        }
        instances.startEnded();
        noteLives();
    }

    void calm(int mostMillis) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(mostMillis)).toNanos());
    }

    private void noteLives() {
        lives.add(instances.get(0));
        lives.add(instances.get(1));
    }

    /** How many lines of all JVMs have contained this. */
    long told(String text) {
        return lives.stream()
                .flatMap(jvm -> jvm.output().stream())
                .filter(line -> line.contains(text))
                .count();
    }

    private void crash() {
        instances.killAll();
        String point = random.nextBoolean() ? SteppedTarget.BEFORE : SteppedTarget.AFTER;
        int time = 1 + random.nextInt(60);
        instances.start(0, jvm -> jvm.crashAt(point, time)).killAtCrashPoint(Shop.PATIENCE);
    }

    private void pauseOwner() {
        await("an owner").atMost(Shop.PATIENCE).until(() -> owner() >= 0);
        ForkedJvm owner = instances.get(owner());
        long epoch = shop.epoch();
        owner.pause();
        await("another owner").atMost(Shop.PATIENCE).until(() -> shop.epoch() > epoch);
        calm(500);
        owner.resume();
    }

    private int owner() {
        for (int i = 0; i < 2; i++) {
            List<String> states = instances.get(i).output().stream()
                    .filter(line -> line.matches(Shop.SHARD + " \\w+ -> .*"))
                    .toList();
            if (!states.isEmpty() && states.get(states.size() - 1).matches(".*-> (STREAMING|LOADING).*")) {
                return i;
            }
        }
        return -1;
    }

    private void cutBack(RedisServer redis) {
        List<?> setting = (List<?>) redis.command("CONFIG", "GET", "dir");
        redis.kill();
        try (Stream<Path> files = Files.list(Path.of(setting.get(1).toString(), "appendonlydir"))) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".incr.aof")).toList()) {
                try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "rw")) {
                    log.setLength(Math.max(0, log.length() - random.nextInt(LOST_BYTES)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        redis.restart();
    }

    /** A replica whose link is broken for a while becomes the master. */
    private void failOver() {
        RedisSentinels group = java.util.Objects.requireNonNull(sentinels, "sentinels");
        RedisServer master = group.master();
        RedisServer replica = group.replica();
        await("a replica").atMost(Shop.PATIENCE).ignoreExceptions().until(() -> isReplica(replica));
        replica.command("CONFIG", "SET", "masterauth", "wrong");
        master.command("CLIENT", "KILL", "TYPE", "replica");
        calm(1_500);
        master.kill();
        group.awaitFailover(master);
        replica.command("CONFIG", "SET", "masterauth", "");
        master.restart();
    }

    private static boolean isReplica(RedisServer server) {
        return "up".equals(server.info("master_link_status")) && "0".equals(server.info("master_sync_in_progress"));
    }
}
