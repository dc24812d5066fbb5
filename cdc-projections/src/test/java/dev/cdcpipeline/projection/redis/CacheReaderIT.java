package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CacheReaderIT extends CacheReaders {

    @Test
    void gives_what_the_pipeline_has_written_and_loads_nothing() {
        pipeline.write("order:1", "new");
        CacheReader<String> reader = reader(building().loader(key -> {
            throw new IllegalStateException("asked for " + key);
        }));

        assertThat(reader.get(1)).contains("new");
        assertThat(reader.statistics()).isEqualTo(new ReaderStatistics(1, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void loads_and_fills_what_is_not_there_and_tells_the_index() {
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("row " + key.get(0))));

        assertThat(reader.get(7L)).contains("row 7");
        assertThat(reader.get(7L)).contains("row 7");

        assertThat(reader.statistics()).isEqualTo(new ReaderStatistics(1, 1, 1, 1, 0, 0, 0));
        assertThat(get("order:7")).isEqualTo("row 7");
        long ttl = (Long) server.command("PTTL", "order:7");
        assertThat(ttl).isBetween(500_000L, 660_000L);
        IndexedRow row = pipeline.indexed("order:7");
        assertThat(row.shard()).isEmpty();
        assertThat(row.expires() * 1000)
                .isBetween(System.currentTimeMillis() + ttl - 30_000, System.currentTimeMillis() + ttl + 60_000);
    }

    @Test
    void keeps_what_the_pipeline_has_told_the_index_and_lets_it_last_as_long_as_the_entry() {
        pipeline.write("order:1", "v", Duration.ofMillis(1));
        await().until(() -> get("order:1") == null);
        long expires = pipeline.indexed("order:1").expires();
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("v")));

        reader.get(1);

        assertThat(pipeline.indexed("order:1").shard()).isEqualTo("db0");
        assertThat(pipeline.indexed("order:1").expires()).isGreaterThan(expires + 400);
    }

    @Test
    void fills_nothing_for_a_row_that_does_not_exist_and_keeps_nobody_waiting() {
        CacheReader<String> reader = reader(building().loader(key -> Optional.empty()));

        assertThat(reader.get(1)).isEmpty();
        assertThat(reader.get(1)).isEmpty();

        assertThat(reader.statistics().loads()).isEqualTo(2);
        assertThat(server.command("KEYS", "*order*")).isEqualTo(List.of());
    }

    @Test
    void gives_what_the_pipeline_wrote_while_it_loaded() {
        CacheReader<String> reader = reader(building().loader(key -> {
            pipeline.write("order:1", "newer");
            return Optional.of("loaded");
        }));

        assertThat(reader.get(1)).contains("newer");
        assertThat(reader.statistics().refusedFills()).isOne();
        assertThat(get("order:1")).isEqualTo("newer");
    }

    @Test
    void fills_nothing_right_after_a_delete() {
        pipeline.write("order:1", null);
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("not gone yet")));

        assertThat(server.command("PTTL", pipeline.layout.lease("order:1", 0)))
                .satisfiesAnyOf(
                        left -> assertThat((Long) left).isBetween(1L, 1000L),
                        left -> assertThat(left).isEqualTo(-2L));
        server.command("SET", pipeline.layout.lease("order:1", 0), "", "EX", "1000");
        assertThat(reader.get(1)).contains("not gone yet");
        assertThat(get("order:1")).isNull();
        assertThat(reader.statistics().unadmitted()).isOne();

        pipeline.write("order:1", "again");
        assertThat(reader.get(1)).contains("again");
    }

    @Test
    void fills_nothing_until_every_shard_keeps_the_projection_under_these_keys() {
        server.command("FLUSHALL");
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("v")));
        CacheReader<String> other = reader(CacheReader.of(server.uri())
                .pipeline("shop")
                .target("cache")
                .projection(CachePipeline.PROJECTION, "orders:{id}", new TextCodec(), null)
                .loader(key -> Optional.of("v")));
        assertThat(reader.get(1)).contains("v");
        try (CachePipeline db0 = new CachePipeline(server, "shop", "db0", 2);
                CachePipeline db1 = new CachePipeline(server, "shop", "db1", 2)) {
            db0.claim();
            db0.admit();
            db1.claim();
            assertThat(reader.get(1)).contains("v");
            assertThat(get("order:1")).isNull();

            db1.admit();
            assertThat(reader.get(1)).contains("v");
            assertThat(other.get(1)).contains("v");
            assertThat(get("order:1")).isEqualTo("v");
            assertThat(get("orders:1")).isNull();

            db0.claim();
            reader.get(2);
            assertThat(get("order:2")).isNull();
        }
    }

    @Test
    void fills_nothing_until_a_new_shard_keeps_it_in_the_place_of_a_former_one() {
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("v")));
        RedisAccess access = RedisAccess.of(RedisURI.create(server.uri()));
        try (CachePipeline former = new CachePipeline(server, "shop", "db1", 2);
                CachePipeline db0 = new CachePipeline(access, "shop", "db0", "db0\u001fdb2");
                CachePipeline db2 = new CachePipeline(access, "shop", "db2", "db0\u001fdb2")) {
            former.claim();
            former.admit();
            assertThat(reader.get(1)).contains("v");
            assertThat(get("order:1")).isEqualTo("v");

            db0.claim();
            db0.admit();
            reader.get(2);
            assertThat(get("order:2")).as("nobody watches db2 yet").isNull();

            db2.claim();
            db2.admit();
            reader.get(3);
            assertThat(get("order:3")).isEqualTo("v");
        }
    }

    @Test
    void loads_what_it_cannot_read_and_leaves_it_alone() {
        server.command("SET", "order:1", TextCodec.UNREADABLE);
        server.command("HSET", "order:2", "a", "b");
        CacheReader<String> reader = reader(building().loader(key -> Optional.of("v")));

        assertThat(reader.get(1)).contains("v");
        assertThat(reader.get(2)).contains("v");
        assertThat(reader.getAll(List.of(List.of(1), List.of(2)))).containsOnly(Optional.of("v"));

        assertThat(reader.statistics().fallbacks()).isEqualTo(4);
        assertThat(get("order:1")).isEqualTo(TextCodec.UNREADABLE);
        assertThat(server.command("TYPE", "order:2")).isEqualTo("hash");
    }

    @Test
    void reads_many_at_once() {
        pipeline.write("order:1", "one");
        pipeline.write("order:3", "three");
        CacheReader<String> reader = reader(
                building().loader(key -> key.get(0).equals(4) ? Optional.empty() : Optional.of("loaded " + key)));

        assertThat(reader.getAll(Arrays.asList(List.of(1), List.of(2), List.of(3), List.of(4))))
                .containsExactly(Optional.of("one"), Optional.of("loaded [2]"), Optional.of("three"), Optional.empty());
        assertThat(get("order:2")).isEqualTo("loaded [2]");
    }

    @Test
    void a_loader_that_fails_is_heard_by_all_who_wait_and_asked_again_next_time() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        CacheReader<String> reader = reader(building().loader(key -> {
            if (loads.incrementAndGet() > 1) {
                return Optional.of("v");
            }
            loading.countDown();
            awaitLatch(fail);
            throw new IllegalArgumentException("no database");
        }));
        CompletableFuture<Optional<String>> first = CompletableFuture.supplyAsync(() -> reader.get(1));
        loading.await();
        Thread second = new Thread(() -> assertThatThrownBy(() -> reader.get(1)).hasMessage("no database"));
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        second.setUncaughtExceptionHandler((thread, failure) -> failed.complete(failure));
        second.start();
        await().until(() -> second.getState() == Thread.State.TIMED_WAITING
                && reader.statistics().misses() == 2);
        fail.countDown();
        second.join();

        assertThatThrownBy(first::join).hasRootCauseMessage("no database");
        assertThat(failed).isNotDone();
        assertThat(reader.get(1)).contains("v");
        assertThat(get("order:1")).isEqualTo("v");
    }

    @Test
    void a_loader_that_throws_what_it_does_not_declare_keeps_nobody_from_the_key() {
        AtomicInteger loads = new AtomicInteger();
        CacheReader<String> reader = reader(building().loader(key -> {
            if (loads.incrementAndGet() == 1) {
                throw CacheReaderIT.<RuntimeException>undeclared(new IOException("no database"));
            }
            return Optional.of("v");
        }));

        assertThatThrownBy(() -> reader.get(1)).isInstanceOf(IOException.class);
        assertThat(reader.get(1)).contains("v");
        assertThat(get("order:1"))
                .as("filled by the second read, not only loaded")
                .isEqualTo("v");
    }

    /** As loaders in other languages do. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> E undeclared(Throwable failure) throws E {
        throw (E) failure;
    }

    @Test
    void gives_what_the_codec_cannot_write_to_its_reader_and_stores_nothing() {
        CacheReader<String> reader = reader(building().loader(key -> Optional.of(TextCodec.UNREADABLE)));

        assertThat(reader.get(1)).contains(TextCodec.UNREADABLE);

        assertThat(get("order:1")).isNull();
        assertThat(reader.statistics().refusedFills()).isOne();
        assertThat(server.command("KEYS", "*lease*")).isEqualTo(List.of());
    }

    @Test
    void concurrent_reads_of_one_key_load_once() {
        CountDownLatch open = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        CacheReader<String> reader = reader(building().loader(key -> {
            loads.incrementAndGet();
            awaitLatch(open);
            return Optional.of("v");
        }));
        List<Thread> threads = new ArrayList<>();
        List<Optional<String>> values = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 20; i++) {
            Thread thread = new Thread(() -> values.add(reader.get(1)));
            thread.start();
            threads.add(thread);
        }
        await().until(() -> loads.get() == 1
                && threads.stream()
                                .filter(t -> t.getState() == Thread.State.TIMED_WAITING)
                                .count()
                        == 19);
        open.countDown();
        await().until(() -> values.size() == 20);

        assertThat(values).containsOnly(Optional.of("v"));
        assertThat(loads).hasValue(1);
    }

    @Test
    void a_read_does_not_share_a_load_that_began_before_a_change_that_it_must_see() {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        CacheReader<String> reader = reader(building());
        CompletableFuture<Optional<String>> first = new CompletableFuture<>();
        CompletableFuture<Optional<String>> second = new CompletableFuture<>();
        new Thread(() -> first.complete(reader.get(List.of(1), key -> {
                    loading.countDown();
                    awaitLatch(open);
                    return Optional.of("deleted since");
                })))
                .start();
        awaitLatch(loading);
        pipeline.write("order:1", null);
        Thread later = new Thread(() -> second.complete(reader.get(List.of(1), key -> Optional.empty())));
        later.start();
        await().until(() -> later.getState() == Thread.State.TIMED_WAITING
                && reader.statistics().misses() == 2);
        open.countDown();

        assertThat(first.join()).contains("deleted since");
        assertThat(second.join()).isEmpty();
        assertThat(get("order:1")).isNull();
    }

    @Test
    void another_process_waits_for_the_fill_and_loads_nothing() {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        CacheReader<String> first = reader(building().loader(key -> {
            loading.countDown();
            awaitLatch(open);
            return Optional.of("first");
        }));
        CacheReader<String> second =
                reader(building().waitForOthers(Duration.ofMinutes(1)).loader(key -> Optional.of("second")));
        CompletableFuture<Optional<String>> read = CompletableFuture.supplyAsync(() -> first.get(1));
        awaitLatch(loading);
        CompletableFuture<Optional<String>> waiting = CompletableFuture.supplyAsync(() -> second.get(1));
        await().until(() -> second.statistics().misses() == 1);
        open.countDown();

        assertThat(read.join()).contains("first");
        assertThat(waiting.join()).contains("first");
        assertThat(second.statistics().loads()).isZero();
    }

    @Test
    void who_does_not_wait_for_another_process_takes_the_lease_from_it() {
        CacheReader<String> second =
                reader(building().waitForOthers(Duration.ZERO).loader(key -> Optional.of("second")));
        CacheReader<String> first = reader(building().loader(key -> {
            assertThat(second.get(1)).contains("second");
            return Optional.of("first");
        }));

        assertThat(first.get(1)).as("what is stored is newer").contains("second");
        assertThat(first.statistics().refusedFills()).isOne();
        assertThat(get("order:1")).isEqualTo("second");
    }

    @Test
    void a_connection_that_is_closed_twice_leaves_those_of_others_alone() {
        RedisAccess access = RedisAccess.of(RedisURI.create(server.uri()));
        RedisLink closed = access.open();
        try (RedisLink other = access.open()) {
            closed.close();
            closed.close();
            await().until(() -> !closed.isOpen());

            assertThat(Answers.await(other.commands().ping().toCompletableFuture()))
                    .isEqualTo("PONG");
        }
    }

    @Test
    void a_loader_may_read_the_key_that_it_loads() {
        List<CacheReader<String>> self = new ArrayList<>();
        CacheReader<String> reader =
                reader(building().loader(key -> self.get(0).get(key, again -> Optional.of("inner"))));
        self.add(reader);

        assertThat(reader.get(1)).contains("inner");
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
