package dev.cdcpipeline.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.CdcPipelineBuilder;
import dev.cdcpipeline.offset.OffsetStore;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.shard.FirstLoad;
import dev.cdcpipeline.shard.GapPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A pipeline dies at random steps of its first start, before and after each write to its target and to what the home database knows
 * of the slot, and its target has lost its data, or has older ones, when it comes back. Dead is who can write nothing any more.
 * {@code -Dlost.steps=12} takes all steps, for each way of the first load.
 */
class LostAtStepsCampaign {
    private static final int STEPS = 12;
    private static final int TRIED = Integer.getInteger("lost.steps", 4);
    private static final int FEW = 1000;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final AtomicInteger steps = new AtomicInteger();
    private volatile int deadly;
    private FileTarget files;

    @ParameterizedTest
    @EnumSource(FirstLoad.class)
    void lost_at_any_step_of_a_first_start_a_target_is_repaired(FirstLoad load, @TempDir Path directory)
            throws IOException {
        long seed = Long.getLong("campaign.seed", System.nanoTime());
        System.out.println("lost at steps of the first start, seed " + seed);
        Random random = new Random(seed);
        List<Integer> chosen =
                new ArrayList<>(IntStream.rangeClosed(1, STEPS).boxed().toList());
        Collections.shuffle(chosen, random);
        for (int step : chosen.subList(0, Math.min(TRIED, STEPS))) {
            boolean alone = random.nextBoolean();
            boolean older = random.nextBoolean();
            String what = load + (alone ? " alone" : " beside another") + (older ? ", older" : ", emptied")
                    + " at step " + step + ", seed " + seed;
            try {
                loseAt(step, load, alone, older, Files.createDirectory(directory.resolve("step" + step)));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(what, e);
            }
        }
    }

    private void loseAt(int step, FirstLoad load, boolean alone, boolean older, Path directory) throws IOException {
        try (Bench bench = new Bench().source("db0")) {
            bench.source().execute("insert into a select i, 'old', i from generate_series(1, 3000) i");
            files = new FileTarget(directory);
            files.atEachStep(this::step);
            steps.set(0);
            deadly = step;
            try (CdcPipeline dying = builder(bench, load, alone).build()) {
                try {
                    dying.start();
                } catch (RuntimeException e) {
                    assertThat(steps.get()).as(e.toString()).isGreaterThanOrEqualTo(step);
                }
                bench.source().execute("update a set val = 'changed' where id % 10 = 1");
                await().atMost(PATIENCE).until(() -> steps.get() >= step);
            }
            boolean isKept = Files.exists(directory.resolve("db0.kept"));
            if (older && isKept) {
                files.putBack("db0");
            } else if (Files.exists(directory.resolve("db0.properties"))) {
                files.lose("db0");
            }
            bench.source().execute("delete from a where id % 10 = 0");
            deadly = Integer.MAX_VALUE;
            try (CdcPipeline pipeline = builder(bench, load, alone).build()) {
                pipeline.start();
                bench.source().execute("insert into a values (10001, 'new', 1)");
                await().atMost(PATIENCE).untilAsserted(() -> {
                    List<String> rows = files.rows("db0");
                    if (load == FirstLoad.NONE && rows.size() < FEW) { // nothing was lost yet
                        assertThat(rows).contains("10001 new 1");
                    } else {
                        assertThat(rows)
                                .as(() -> pipeline.status().toString())
                                .containsExactlyElementsOf(Bench.rows(
                                        bench.source(), "select concat_ws(' ', id, val, n) from a order by id"));
                    }
                });
                if (!alone && load != FirstLoad.NONE) {
                    await().atMost(PATIENCE).untilAsserted(bench::assertViewsEqualSources);
                }
            }
        }
    }

    private void step() {
        int now = steps.incrementAndGet();
        try {
            if (now == deadly - 2 && Files.exists(files.file("db0"))) {
                files.keep("db0");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (now >= deadly) {
            throw new IllegalStateException("dead since step " + deadly);
        }
    }

    private CdcPipelineBuilder builder(Bench bench, FirstLoad load, boolean alone) {
        CdcPipelineBuilder builder = CdcPipeline.builder()
                .name("bench")
                .offsets(dying(JdbcOffsets.in(bench.pool())))
                .shard(bench.shard("db0")
                        .gapPolicy(GapPolicy.REFUSE)
                        .firstLoad(load)
                        .build())
                .target(files);
        return alone ? builder : builder.target(bench.views("mirror"));
    }

    /** A step before and after each write of what is known of the slot. */
    private OffsetStore dying(OffsetStore store) {
        return (OffsetStore) Proxy.newProxyInstance(
                OffsetStore.class.getClassLoader(), new Class<?>[] {OffsetStore.class}, (proxy, method, arguments) -> {
                    boolean saves = method.getName().equals("saveSlot");
                    if (saves) {
                        step();
                    }
                    try {
                        Object result = method.invoke(store, arguments);
                        if (saves) {
                            step();
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
