package dev.cdcpipeline.projection.redis;

import static dev.cdcpipeline.projection.redis.Schedule.actor;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.projection.redis.Schedule.Actor;
import dev.cdcpipeline.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Readers, the pipeline and mishaps, step by step in every order that there is: whatever comes between a look, a lease, a load and
 * a fill, the entry ends up as the source or not at all, and no read goes behind what the pipeline had written when it began.
 */
class InterleavingsIT {
    private static final Logger LOG = LoggerFactory.getLogger(InterleavingsIT.class);
    private static final Duration LONG = Duration.ofMinutes(10);

    private static RedisServer redis;
    private static RedisClient client;
    private static RedisCommands<String, byte[]> commands;
    private static ExecutorService threads;
    private static List<CacheReader<String>> readers;
    private static ReaderConnection connection;
    private static CachePipeline pipeline;
    private static int worlds;

    @BeforeAll
    static void start() {
        redis = RedisServer.start();
        client = RedisClient.create(redis.uri());
        commands = client.connect(RedisAccess.CODEC).sync();
        threads = Executors.newCachedThreadPool();
        connection = new ReaderConnection(
                RedisAccess.of(RedisURI.create(redis.uri())), Duration.ofSeconds(20), Duration.ofMillis(1));
        pipeline = new CachePipeline(redis, "shop", "db0", 1);
        readers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            readers.add(reader(pipeline.layout));
        }
    }

    @AfterAll
    static void stop() {
        connection.close();
        pipeline.close();
        threads.shutdownNow();
        client.shutdown();
        redis.close();
    }

    /** One as in a process of its own: it knows nothing of the others, and waits for nobody. */
    private static CacheReader<String> reader(Layout layout) {
        CachedEntry<String> cached = CachePipeline.cached(LONG);
        return reader(new RedisEntries(connection, layout, cached, LONG));
    }

    private static CacheReader<String> reader(CacheEntries entries) {
        return new CacheReader<>(new SteppedRead.Gated(entries), CachePipeline.cached(LONG), null, Duration.ZERO, LONG);
    }

    private static CacheWorld world(CachePipeline pipeline, @Nullable String... states) {
        return new CacheWorld(Integer.toString(worlds++), pipeline, commands, Arrays.asList(states));
    }

    /** A pipeline that runs, and an entry that is not there. */
    private static CacheWorld runningWorld(@Nullable String... states) {
        if (commands.exists(pipeline.layout.head(0)) == 0) {
            pipeline.claim();
            pipeline.admit();
        }
        return world(pipeline, states);
    }

    private record Result(int runs, List<String> violations) {}

    /** How many orders are enough where there are tens of thousands. */
    int most() {
        return 1_000;
    }

    private static Result everyOrder(Function<Integer, CacheWorld> worlds, Function<CacheWorld, List<Actor>> actors) {
        List<String> violations = new ArrayList<>();
        CacheWorld[] current = new CacheWorld[1];
        int runs = Schedule.everyOrder(
                run -> {
                    current[0] = worlds.apply(run);
                    return actors.apply(current[0]);
                },
                order -> {
                    current[0].check().forEach(violation -> violations.add(violation + " in order " + order));
                });
        LOG.info("{} orders, {} violations", runs, violations.size());
        return new Result(runs, violations);
    }

    private static void holdsInEveryOrder(
            int least, Function<Integer, CacheWorld> worlds, Function<CacheWorld, List<Actor>> actors) {
        Result result = everyOrder(worlds, actors);
        assertThat(result.violations).isEmpty();
        assertThat(result.runs).isGreaterThanOrEqualTo(least);
    }

    /** Orders by chance where {@link #most()} are not all. */
    private void holdsInMostOrders(
            int all, Function<Integer, CacheWorld> worlds, Function<CacheWorld, List<Actor>> actors) {
        if (most() >= all) {
            holdsInEveryOrder(1_000, worlds, actors);
            return;
        }
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int run = 0; run < most(); run++) {
            CacheWorld world = worlds.apply(run);
            List<Integer> order = Schedule.randomOrder(actors.apply(world), random);
            assertThat(world.check())
                    .as("seed %s, run %s, order %s", seed, run, order)
                    .isEmpty();
        }
    }

    @Test
    void an_old_row_never_replaces_a_newer_one() {
        holdsInEveryOrder(
                100,
                run -> runningWorld("old", "new"),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        actor(world::commit, world::apply),
                        actor(world::evict)));
    }

    @Test
    void a_deleted_row_is_not_brought_back() {
        holdsInEveryOrder(
                100,
                run -> runningWorld("old", null),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        actor(world::commit, world::apply),
                        actor(world::evict)));
    }

    @Test
    void a_row_that_goes_and_comes_is_the_last_one() {
        holdsInEveryOrder(
                500,
                run -> runningWorld("old", null, "new"),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        actor(world::commit, world::apply, world::commit, world::apply),
                        actor(world::evict)));
    }

    @Test
    void a_new_row_is_not_hidden_by_a_reader_that_found_none() {
        holdsInEveryOrder(
                100,
                run -> runningWorld(null, "new", "newer"),
                world -> List.of(
                        world.reads(threads, readers.get(0), 2),
                        actor(world::commit, world::apply, world::commit, world::apply)));
    }

    @Test
    void readers_in_two_processes_do_not_mislead_each_other() {
        holdsInMostOrders(
                40_000,
                run -> runningWorld("old", null),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        world.reads(threads, readers.get(1), 1),
                        actor(world::commit, world::apply)));
    }

    @Test
    void a_lease_that_is_lost_harms_nobody() {
        holdsInEveryOrder(
                100,
                run -> runningWorld("old", "new"),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        actor(world::commit, world::apply, world::evict),
                        actor(world::loseLease)));
    }

    @Test
    void a_truncate_also_removes_what_is_filled_while_it_looks_for_entries() {
        holdsInEveryOrder(100, run -> runningWorld("old", null), world -> {
            boolean[] found = new boolean[1];
            return List.of(
                    world.reads(threads, readers.get(0), 1),
                    actor(world::commit, pipeline::endFills, () -> found[0] = pipeline.isIndexed(world.entry), () -> {
                        if (found[0]) {
                            pipeline.write(world.entry, null);
                        }
                        pipeline.admit();
                    }));
        });
    }

    @Test
    void nobody_fills_what_is_deleted_before_the_stream_begins() {
        try (CachePipeline running = new CachePipeline(redis, "new-shop", "db0", 2);
                CachePipeline starting = new CachePipeline(redis, "new-shop", "db1", 2)) {
            CacheReader<String> reader = reader(starting.layout);
            holdsInEveryOrder(
                    100,
                    run -> {
                        commands.del(starting.layout.head(0));
                        running.claim();
                        running.admit();
                        return world(starting, "old", null);
                    },
                    world -> {
                        boolean[] streams = new boolean[1];
                        boolean[] streamed = new boolean[1];
                        return List.of(
                                world.reads(threads, reader, 1),
                                actor(
                                        () -> {
                                            streamed[0] = streams[0];
                                            world.commit();
                                        },
                                        () -> {
                                            if (streamed[0]) {
                                                world.apply();
                                            }
                                        }),
                                actor(starting::claim, () -> streams[0] = true, starting::admit));
                    });
        }
    }

    @Test
    void after_data_loss_nothing_is_filled_that_was_loaded_before() {
        holdsInMostOrders(
                5_000,
                run -> runningWorld("old", null),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        actor(world::commit, world::apply),
                        actor(world::flush, pipeline::claim, () -> reload(world), pipeline::admit)));
    }

    @Test
    void a_failover_to_an_older_replica_is_repaired_also_where_readers_fill() {
        holdsInMostOrders(
                30_000,
                run -> runningWorld("old", null),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        actor(world::commit, world::apply),
                        actor(
                                world::replicate,
                                world::failOver,
                                pipeline::claim,
                                () -> reload(world),
                                pipeline::admit)));
    }

    @Test
    void a_delete_that_a_failover_has_lost_is_not_undone_by_a_fill() {
        holdsInEveryOrder(
                300,
                run -> runningWorld("old", null),
                world -> List.of(
                        world.reads(threads, readers.get(0), 1),
                        actor(
                                world::replicate,
                                world::commit,
                                world::apply,
                                world::failOver,
                                pipeline::claim,
                                () -> reload(world),
                                pipeline::admit)));
    }

    /** Every row is loaded again, and what the source does not have is removed, as far as the index knows of it. */
    private static void reload(CacheWorld world) {
        world.reload();
        pipeline.endFills();
        if (world.row() == null && pipeline.isIndexed(world.entry)) {
            pipeline.write(world.entry, null);
        }
    }

    @Test
    void many_readers_and_every_mishap_do_no_harm() {
        holdsInMostOrders(
                Integer.MAX_VALUE,
                run -> runningWorld("1", "2", null, "4"),
                world -> List.of(
                        world.reads(threads, readers.get(0), 3),
                        world.reads(threads, readers.get(1), 3),
                        world.reads(threads, readers.get(2), 3),
                        actor(world::commit, world::apply, world::commit, world::commit, world::apply, world::apply),
                        actor(world::evict, world::evict, world::evict),
                        actor(world::loseLease)));
    }

    /** The pattern without leases, as it is written everywhere. */
    private record NaiveEntries(CacheEntries entries) implements CacheEntries {

        @Override
        public byte @Nullable [] get(String entry) {
            return entries.get(entry);
        }

        @Override
        public List<byte @Nullable []> getAll(List<String> names) {
            return entries.getAll(names);
        }

        @Override
        public Lease lease(String entry, boolean takeOver) {
            return new Lease.Granted("", "", 0);
        }

        @Override
        public boolean fill(String entry, Lease.Granted lease, byte @Nullable [] value) {
            if (value != null) {
                commands.set(entry, value);
            }
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void the_same_orders_find_the_hole_of_a_naive_reader() {
        CacheReader<String> naive = reader(
                new NaiveEntries(new RedisEntries(connection, pipeline.layout, CachePipeline.cached(LONG), LONG)));

        Result result = everyOrder(
                run -> runningWorld("old", null),
                world -> List.of(
                        world.reads(threads, naive, 1), actor(world::commit, world::apply), actor(world::evict)));

        assertThat(result.violations)
                .anyMatch(violation -> violation.contains("the source has state 1, Redis has state 0"));
    }
}
