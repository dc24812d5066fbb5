package dev.cdcpipeline.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.monitor.PipelineListener;
import dev.cdcpipeline.pipeline.Bench;
import dev.cdcpipeline.pipeline.Item;
import dev.cdcpipeline.pipeline.Traffic;
import dev.cdcpipeline.preflight.Finding;
import dev.cdcpipeline.preflight.FindingKind;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.CounterProjection;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.projection.redis.SetProjection;
import dev.cdcpipeline.testkit.RedisCluster;
import dev.cdcpipeline.testkit.RedisServer;
import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slots move and masters die while tables change: in the end every key equals the source, and no key is without a row. */
class RedisClusterIT {
    private static final String OFFSET = "cdc:bench:cache:offset:{db0}";
    private static RedisCluster cluster;

    private final List<Finding> losses = new CopyOnWriteArrayList<>();
    private Bench bench;
    private CdcPipeline pipeline;

    @BeforeAll
    static void startRedis() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stopRedis() {
        cluster.close();
    }

    @BeforeEach
    void fill() throws InterruptedException {
        cluster.nodes().stream().filter(RedisClusterIT::isMaster).forEach(node -> node.command("FLUSHALL"));
        bench = new Bench().source("db0");
        bench.source()
                .execute(
                        "insert into a select i, 'v' || i % 50, i from generate_series(1, 300) i",
                        "insert into b select i, 'old', i from generate_series(1, 100) i", "truncate journal");
        start();
        assertThat(pipeline.awaitLoaded(Bench.PATIENCE)).isTrue();
        bench.awaitApplied(pipeline);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private static boolean isMaster(RedisServer node) {
        return node.info("role").equals("master");
    }

    private void start() throws InterruptedException {
        RedisURI[] nodes = cluster.uris().stream().map(RedisURI::create).toArray(RedisURI[]::new);
        CdcPipelineBuilder builder = bench.builder()
                .target(RedisTarget.cluster("cache", nodes)
                        .project(CacheProjection.from(Item.A).key("a:{id}").build())
                        .project(CacheProjection.from(Item.B).key("b:{id}").build())
                        .project(SetProjection.from(Item.A)
                                .key("a-of:{val}")
                                .member("{id}")
                                .build())
                        .project(CounterProjection.count(Item.A)
                                .by("count-of:{val}")
                                .build()));
        pipeline = bench.keep(builder.listener(new PipelineListener() {
                    @Override
                    public void found(Finding finding) {
                        if (finding.kind() == FindingKind.OFFSET_LOST) {
                            losses.add(finding);
                        }
                    }
                })
                .build());
        pipeline.start();
    }

    private void awaitEqual() {
        Bench.eventually(() -> assertThat(found()).isEqualTo(expected()));
    }

    private SortedMap<String, String> expected() {
        SortedMap<String, String> expected = Items.of(bench.source(), "a", "a:");
        expected.putAll(Items.of(bench.source(), "b", "b:"));
        SortedMap<String, TreeSet<String>> byValue = new TreeMap<>();
        Bench.rows(bench.source(), "select val || '=' || id from a").forEach(row -> {
            String[] parts = row.split("=", 2);
            byValue.computeIfAbsent(parts[0], value -> new TreeSet<>()).add(parts[1]);
        });
        byValue.forEach((value, ids) -> {
            expected.put("a-of:" + value, ids.toString());
            expected.put("count-of:" + value, Integer.toString(ids.size()));
        });
        return expected;
    }

    private static SortedMap<String, String> found() {
        SortedMap<String, String> found = new TreeMap<>();
        for (RedisServer node : cluster.nodes()) {
            if (node.isRunning() && isMaster(node)) {
                found.putAll(RedisContent.of(node.uri()));
            }
        }
        return found;
    }

    @Test
    void slots_that_move_under_load_do_no_harm_and_the_rest_of_the_load_goes_on() throws InterruptedException {
        try (Traffic traffic = Traffic.on(bench.source())) {
            for (String key : List.of("a:1", "b:7", "a-of:pair", OFFSET)) {
                long commits = traffic.commits();
                cluster.migrateSlot(cluster.slotOf(key));
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(commits + 20));
            }
        }
        awaitEqual();
        assertThat(losses).isEmpty();
        bench.awaitApplied(pipeline);
    }

    @Test
    void a_master_that_dies_under_load_is_replaced_and_nothing_is_missing() throws InterruptedException {
        try (Traffic traffic = Traffic.on(bench.source())) {
            for (String key : List.of("a:1", OFFSET)) {
                RedisServer dead = cluster.killMasterOf(key);
                cluster.awaitOk();
                dead.restart();
                cluster.awaitOk();
                long commits = traffic.commits();
                Bench.eventually(() -> assertThat(traffic.commits()).isGreaterThan(commits + 20));
            }
        }
        awaitEqual();
    }

    @Test
    void writes_that_a_replica_has_never_seen_are_noticed_when_it_takes_over_and_made_again()
            throws InterruptedException {
        String gone = "a:3";
        loseWritesOf(gone, () -> {
            bench.source()
                    .execute(
                            "delete from a where id % 3 = 0",
                            "update a set val = 'moved' || id % 20 where id % 3 = 1",
                            "insert into a select i, 'new', i from generate_series(1001, 1100) i");
            bench.awaitApplied(pipeline);
        });
        Bench.eventually(() -> assertThat(losses).isNotEmpty());
        awaitEqual();
        bench.awaitApplied(pipeline);
    }

    @Test
    void writes_that_were_lost_while_the_pipeline_was_stopped_are_noticed_at_its_start() throws InterruptedException {
        loseWritesOf("b:3", () -> {
            bench.source().execute("delete from b where id % 2 = 0", "update a set val = 'moved' where id % 2 = 1");
            bench.awaitApplied(pipeline);
            pipeline.close();
        });
        start();
        awaitEqual();
        assertThat(losses).isNotEmpty();
    }

    private interface Work {
        void run() throws InterruptedException;
    }

    /** A replica takes over that does not have what the work has written. */
    private static void loseWritesOf(String key, Work work) throws InterruptedException {
        RedisServer master = cluster.masterOf(key);
        String port = Integer.toString(master.port());
        RedisServer replica = cluster.nodes().stream()
                .filter(node -> !isMaster(node) && node.info("master_port").equals(port))
                .findFirst()
                .orElseThrow();
        replica.suspend();
        try {
            master.command("CLIENT", "KILL", "TYPE", "replica");
            work.run();
            master.kill();
        } finally {
            replica.resume();
        }
        cluster.awaitOk();
        master.restart();
        cluster.awaitOk();
    }
}
