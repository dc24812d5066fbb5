package dev.cdcpipeline.projection.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.failure.FencedException;
import dev.cdcpipeline.failure.OffsetLostException;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.lease.Epoch;
import dev.cdcpipeline.testkit.RedisCluster;
import dev.cdcpipeline.testkit.RedisServer;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What is written in a cluster, slot by slot, by one of several owners, to masters that stand still or lose what they have. */
class ClusterStoreIT {
    private static final int ROWS = 2_000;
    private static RedisCluster cluster;

    private final List<ClusterStore> stores = new ArrayList<>();
    private Layout layout;
    private ClusterStore store;
    private long sequence;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @BeforeEach
    void claim(TestInfo test) {
        layout = Layout.cluster(test.getTestMethod().orElseThrow().getName(), "cache");
        store = open();
        sequence = store.claim(new Epoch(1)).sequence();
        apply(List.of());
    }

    @AfterEach
    void close() {
        stores.forEach(ClusterStore::close);
    }

    private ClusterStore open() {
        RedisAccess access = RedisAccess.ofCluster(
                cluster.uris().stream().map(RedisURI::create).toList());
        ClusterStore opened = new ClusterStore(access, layout, "[db0] target 'cache'", "db0", "db0");
        stores.add(opened);
        return opened;
    }

    private void apply(List<Write> writes) {
        store.write(new Epoch(1), sequence, Map.of("boundary", "b" + sequence), writes);
        sequence++;
    }

    private void recover() {
        RedisStore.Claim again = store.claimAgain(new Epoch(1));
        sequence = again.sequence();
    }

    /** Rows in about as many slots. */
    private List<Write> rows(String value) {
        Writes writes = new Writes(layout);
        for (int i = 0; i < ROWS; i++) {
            writes.set("orders", key(i), Writes.bytes(value), Writes.FOR_EVER, new IndexedRow("db0", 0, 0, List.of()));
        }
        return writes.all();
    }

    private List<Write> row(String key, String value) {
        Writes writes = new Writes(layout);
        writes.set("orders", key, Writes.bytes(value), Writes.FOR_EVER, new IndexedRow("db0", 0, 0, List.of()));
        return writes.all();
    }

    private String key(int i) {
        return layout.pipeline() + ":" + i;
    }

    private String get(String key) {
        return String.valueOf(cluster.masterOf(key).command("GET", key));
    }

    private void assertEverywhere(String value) {
        IntStream.range(0, ROWS)
                .filter(i -> i % 50 == 0)
                .forEach(i -> assertThat(get(key(i))).isEqualTo(value));
        List<String> found = new ArrayList<>();
        store.scan("orders", (rowId, row) -> found.add(rowId));
        assertThat(found).hasSize(ROWS);
        assertThat(store.indexed("orders", List.of(key(1), "none")))
                .extracting(row -> row == null ? null : row.shard())
                .containsExactly("db0", null);
    }

    @Test
    void a_batch_over_many_slots_is_written_with_its_offset_after_it() {
        apply(rows("a"));
        assertEverywhere("a");
        RedisStore.Claim next = open().claim(new Epoch(2));
        assertThat(next.fields()).isEqualTo(Map.of("boundary", "b" + (sequence - 1)));
        assertThat(next.before()).isEqualTo(sequence);
    }

    @Test
    void an_old_owner_can_write_nowhere_also_where_the_new_one_has_not() {
        open().claim(new Epoch(2));
        for (int i = 0; i < 50; i++) {
            List<Write> row = row(key(i), "old");
            assertThatThrownBy(() -> apply(row)).isInstanceOf(FencedException.class);
            assertThat(get(key(i))).isEqualTo("null");
        }
        assertThatThrownBy(() -> store.admitFills(new Epoch(1), List.of("orders")))
                .isInstanceOf(FencedException.class);
        assertThatThrownBy(() -> store.claimAgain(new Epoch(1))).isInstanceOf(FencedException.class);
        ClusterStore old = open();
        assertThatThrownBy(() -> old.claim(new Epoch(1))).isInstanceOf(FencedException.class);
    }

    @Test
    void a_batch_that_is_cut_in_the_middle_is_repaired_by_the_next_try_and_does_not_come_late() throws Exception {
        apply(rows("a"));
        RedisServer paused = cluster.masterOf(key(0));
        CompletableFuture<Void> again;
        paused.suspend();
        try {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread cut = new Thread(() -> failure.set(catchThrowable(() -> apply(rows("b")))));
            cut.start();
            await().until(() -> hasElsewhere(paused, "b"));
            cut.interrupt();
            cut.join();
            assertThat(failure.get()).isInstanceOf(TransientFailure.class);
            again = CompletableFuture.runAsync(() -> {
                recover();
                apply(rows("c"));
            });
        } finally {
            paused.resume();
        }
        try {
            again.get(1, TimeUnit.MINUTES);
        } catch (ExecutionException e) {
            recover();
            apply(rows("c"));
        }
        assertEverywhere("c");
    }

    /** Other masters answer while one stands still. */
    private boolean hasElsewhere(RedisServer paused, String value) {
        return cluster.nodes().stream()
                .filter(node -> node != paused && node.info("role").equals("master"))
                .anyMatch(node -> IntStream.range(0, 20).anyMatch(i -> has(node, key(i), value)));
    }

    private static boolean has(RedisServer node, String key, String value) {
        try {
            return value.equals(node.command("GET", key));
        } catch (RuntimeException movedAway) {
            return false;
        }
    }

    @Test
    void a_call_that_waits_for_a_server_is_ended_by_abort() throws Exception {
        RedisServer paused = cluster.masterOf(key(0));
        paused.suspend();
        try {
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> apply(rows("b")));
            await().until(() -> hasElsewhere(paused, "b"));
            store.abort();
            assertThatThrownBy(() -> waiting.get(1, TimeUnit.MINUTES))
                    .isInstanceOf(ExecutionException.class)
                    .satisfies(e -> assertThat(e.getCause()).isNotInstanceOf(RedisCommandTimeoutException.class));
        } finally {
            paused.resume();
        }
    }

    @Test
    void a_master_that_was_emptied_is_noticed_by_the_next_batch_and_by_the_next_claim() {
        apply(rows("a"));
        cluster.masterOf(key(0)).command("FLUSHALL");

        assertThatThrownBy(() -> apply(List.of()))
                .isInstanceOf(OffsetLostException.class)
                .hasMessageContaining("[db0] target 'cache'");
        assertThat(open().claim(new Epoch(2)).fields()).isEmpty();
    }

    /** As when a replica that was behind takes over, and the client turns to it, while the batch waits for another master. */
    @Test
    void a_loss_while_a_batch_waits_for_another_master_is_noticed() {
        RedisServer waiting = cluster.masterOf(key(0));
        String lost = IntStream.range(1, ROWS)
                .mapToObj(this::key)
                .filter(key -> cluster.masterOf(key) != waiting)
                .findFirst()
                .orElseThrow();
        RedisServer master = cluster.masterOf(lost);
        List<Write> batch = new ArrayList<>(row(key(0), "a"));
        batch.addAll(row(lost, "a"));
        apply(batch);
        String offset = layout.offset("db0");
        Beats beats = Beats.parse(String.valueOf(cluster.masterOf(offset).command("HGET", offset, "beats:db0")));
        List<String> noted = beats.slots().stream()
                .filter(slot -> cluster.masterOf(slot) == master)
                .map(layout::head)
                .toList();
        assertThat(noted).isNotEmpty();

        CompletableFuture<Void> applying;
        waiting.suspend();
        try {
            batch = new ArrayList<>(row(key(0), "b"));
            batch.addAll(row(lost, "b"));
            List<Write> next = batch;
            applying = CompletableFuture.runAsync(() -> apply(next));
            await().until(() -> has(master, lost, "b"));
            master.command("SET", lost, "a");
            noted.forEach(head -> master.command("HSET", head, "beat:db0", Long.toString(beats.number())));
        } finally {
            waiting.resume();
        }

        assertThatThrownBy(() -> applying.get(1, TimeUnit.MINUTES)).hasCauseInstanceOf(OffsetLostException.class);
        ClusterStore next = open();
        assertThat(next.claim(new Epoch(1)).fields().get("boundary"))
                .as("the batch is applied again")
                .isEqualTo("b" + (sequence - 1));
    }

    @Test
    void a_replica_that_stands_still_keeps_nobody_from_the_masters() {
        RedisServer replica = cluster.nodes().stream()
                .filter(node -> node.info("role").equals("slave"))
                .findFirst()
                .orElseThrow();
        replica.suspend();
        try {
            assertThat(open().claim(new Epoch(2)).fields()).isEqualTo(Map.of("boundary", "b" + (sequence - 1)));
        } finally {
            replica.resume();
        }
    }

    @Test
    void a_user_needs_its_keys_and_the_topology_and_no_more() {
        String user = "ACL SETUSER cdc on >secret ~" + layout.pipeline() + ":* ~cdc:" + layout.pipeline() + ":*"
                + " +eval +evalsha +get +set +mset +del +unlink +exists +type +pexpire +incrby +decrby +hget +hmget +hgetall"
                + " +hvals +hrandfield +hset +hdel +hincrby +sadd +srem +zadd +zrem +xadd +time +ping +cluster|nodes";
        cluster.nodes().forEach(node -> node.command(user.split(" ")));
        RedisAccess access = RedisAccess.ofCluster(cluster.uris().stream()
                .map(uri -> RedisURI.builder(RedisURI.create(uri))
                        .withAuthentication("cdc", "secret")
                        .build())
                .toList());
        store = new ClusterStore(access, layout, "[db0] target 'cache'", "db0", "db0");
        stores.add(store);
        sequence = store.claim(new Epoch(1)).sequence();
        apply(rows("a"));
        store.admitFills(new Epoch(1), List.of("orders"));
        assertEverywhere("a");
    }
}
