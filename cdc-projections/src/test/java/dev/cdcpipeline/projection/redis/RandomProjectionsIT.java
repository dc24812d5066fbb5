package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of two shards, with offsets that go back behind the data as in a cluster, changes that are lost, data that are
 * lost, and loads that repair both: in the end Redis has what the sources have, and notes of nothing else.
 */
class RandomProjectionsIT extends OrdersInRedis {
    private static final String HEAD = "cdc:shop:cache";

    private final List<Shard> shards = new ArrayList<>();
    private Random random;

    private static RedisTarget target() {
        return RedisTarget.named("cache", server.uri())
                .project(CacheProjection.from(ORDERS)
                        .key("order:{shard}:{id}")
                        .filter(order -> !order.status().equals("done"))
                        .map(Order::cents, Long.class)
                        .build())
                .project(HashProjection.from(ORDERS)
                        .key("hash:{shard}:{id}")
                        .columns("status", "customer")
                        .build())
                .project(SetProjection.from(ORDERS)
                        .key("of:{customer}")
                        .member("{shard}:{id}")
                        .filter(order -> order.cents() > -2)
                        .build())
                .project(SortedSetProjection.from(ORDERS)
                        .key("by-cents:{status}")
                        .member("{shard}:{id}")
                        .score("cents")
                        .build())
                .project(CounterProjection.count(ORDERS).by("count:{status}").build())
                .project(CounterProjection.sum(ORDERS, Order::cents)
                        .by("sum:{customer}")
                        .build());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void redis_has_what_the_sources_have(long seed) {
        random = new Random(seed);
        for (String name : List.of("db0", "db1")) {
            shards.add(new Shard(name));
        }
        for (int round = 0; round < 5; round++) {
            for (int step = 0; step < 50; step++) {
                shards.get(random.nextInt(2)).step();
            }
            shards.forEach(Shard::finish);
            assertThat(redis.shown()).as("seed %d, round %d", seed, round).isEqualTo(expected());
        }
        shards.forEach(Shard::empty);
        assertThat(redis.shown()).isEmpty();
        assertThat(redis.notes()).isEmpty();
    }

    private final class Shard {
        private final String name;
        private final SourceModel source = new SourceModel(random, orders);
        private final TargetUnderTest test;
        private TargetSession session;
        private long epoch = 1;
        private int streamed;
        /** What was stored of the offset before, and how far the stream was then. */
        private Map<String, String> earlier = Map.of();

        private int earlierStreamed;
        private boolean isWrong;

        Shard(String name) {
            this.name = name;
            this.test = new TargetUnderTest(target(), name, 2, orders);
            this.session = open(test, epoch);
            test.apply(session);
            remember();
        }

        void step() {
            int what = random.nextInt(100);
            if (what < 50) {
                source.change();
            } else if (what < 80) {
                stream(random.nextInt(6));
            } else if (what < 85) {
                remember();
            } else if (what < 90) {
                goBack();
            } else if (what < 95) {
                restart();
            } else if (what < 97) {
                lose();
            } else {
                load();
            }
        }

        private void stream(int transactions) {
            int to = Math.min(streamed + transactions, source.head());
            test.apply(session, source.changes(streamed, to));
            streamed = to;
        }

        private void remember() {
            earlier = RedisContent.pairs(redis.list("HGETALL", HEAD));
            earlier.keySet().removeIf(field -> !field.endsWith(":" + name) || field.startsWith("fills:"));
            earlierStreamed = streamed;
        }

        /** The data were written, but not the offset with them; the stream comes again in other batches. */
        private void goBack() {
            earlier.forEach((field, value) -> server.command("HSET", HEAD, field, value));
            streamed = earlierStreamed;
            restart();
        }

        private void restart() {
            session.close();
            session = open(test, ++epoch);
        }

        /** Changes that never come, or data that are gone. */
        private void lose() {
            if (random.nextBoolean()) {
                streamed = source.head();
            } else {
                List<String> keys = List.copyOf(redis.shown().keySet());
                if (!keys.isEmpty()) {
                    server.command("DEL", keys.get(random.nextInt(keys.size())));
                }
                shards.forEach(each -> each.isWrong = true);
            }
            isWrong = true;
        }

        private void load() {
            stream(source.head());
            test.replace(session, orders.table(), source.chunks());
            isWrong = false;
            remember();
        }

        void finish() {
            stream(source.head());
            if (isWrong) {
                load();
            }
        }

        void empty() {
            stream(source.head());
            test.apply(session, orders.truncate());
        }
    }

    private Map<String, Object> expected() {
        Map<String, Object> expected = new TreeMap<>();
        for (Shard shard : shards) {
            shard.source.rows().forEach((id, row) -> expect(expected, shard.name + ":" + id, row));
        }
        return expected;
    }

    @SuppressWarnings("unchecked")
    private static void expect(Map<String, Object> expected, String id, @Nullable String[] row) {
        String customer = row[0];
        String status = String.valueOf(row[1]);
        String cents = String.valueOf(row[2]);
        Map<String, String> hash = new TreeMap<>(Map.of("status", status));
        if (!status.equals("done")) {
            expected.put("order:" + id, cents);
        }
        if (customer != null) {
            hash.put("customer", customer);
            expected.merge("sum:" + customer, cents, RandomProjectionsIT::plus);
            if (Integer.parseInt(cents) > -2) {
                ((TreeSet<String>) expected.computeIfAbsent("of:" + customer, key -> new TreeSet<>())).add(id);
            }
        }
        expected.put("hash:" + id, hash);
        ((Map<String, String>) expected.computeIfAbsent("by-cents:" + status, key -> new TreeMap<>())).put(id, cents);
        expected.merge("count:" + status, "1", RandomProjectionsIT::plus);
    }

    private static Object plus(Object a, Object b) {
        return Long.toString(Long.parseLong((String) a) + Long.parseLong((String) b));
    }
}
