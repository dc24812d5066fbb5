package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of first loads, backfills, gaps, crashes, failed batches and cancellations, over a table that goes on
 * changing: in the end the view equals the source.
 */
class RandomLoadsIT {
    private static final TableName ORDERS = OrderView.ORDERS.name();
    private static final String VIEW = "public.order_view";
    private static final int CHUNK = 5;

    private OrderView view;
    private TargetUnderTest test;
    private TargetSession session;
    private Random random;
    private SourceModel source;
    private long epoch = 1;
    private int streamed;
    private int backfills;
    private int catchUpTo;
    private boolean refuse;
    private SourceModel.@Nullable Chunk chunk;

    @BeforeEach
    void create() {
        view = new OrderView();
        test = new TargetUnderTest(
                view.target().project(HandlerProjection.named("refusing").on(OrderView.ORDERS, (change, handle) -> {
                    if (refuse) {
                        throw new IllegalStateException("refused");
                    }
                })),
                view.orders);
        session = test.open(epoch);
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void the_view_equals_the_source_in_the_end(long seed) {
        random = new Random(seed);
        source = new SourceModel(random, view.orders);
        apply(List.of(), OrderView.loading(VIEW, "refusing"));
        for (int round = 0; round < 8; round++) {
            for (int step = 0; step < 60; step++) {
                step();
            }
            finish();
            assertThat(view.rows()).as("seed %d, round %d", seed, round).isEqualTo(source.rows());
            assertThat(view.database.queryLong("select count(*) from cdc_loaded_row"))
                    .isZero();
            assertThat(view.database.queryLong("select count(*) from cdc_missing_row"))
                    .isZero();
        }
    }

    private void step() {
        int what = random.nextInt(100);
        if (what < 35) {
            source.change();
        } else if (what < 60) {
            stream(random.nextInt(4));
        } else if (what < 85) {
            readOrHandOver();
        } else if (what < 89) {
            restart();
        } else if (what < 91) {
            stop(
                    load().advance(null, load().step() + 1, Map.of(ORDERS, TableLoad.FAILED)),
                    !load().unread().isEmpty());
        } else if (what < 93) {
            gap();
        } else if (what < 96) {
            stop(load().beginning("b" + ++backfills, List.of(ORDERS), random.nextBoolean() ? VIEW : "refusing"), true);
        } else {
            String last = "b" + backfills;
            stop(load().leaving(last, List.of(ORDERS), VIEW).leaving(last, List.of(ORDERS), "refusing"), true);
        }
    }

    /** Changes of the log that were not streamed are lost. */
    private void gap() {
        streamed = source.head();
        stop(load().reloading(), true);
    }

    /** A new engine, which reads a chunk again that had not arrived. */
    private void restart() {
        session.close();
        session = test.open(++epoch);
        chunk = null;
    }

    private void stop(LoadState next, boolean really) {
        if (really) {
            chunk = null;
            apply(List.of(), next);
        }
    }

    private void stream(int transactions) {
        int to = Math.min(streamed + transactions, source.head());
        if (chunk != null && streamed <= chunk.high()) {
            to = Math.min(to, chunk.high());
        }
        List<Change<Row>> changes = source.changes(streamed, to);
        streamed = to;
        LoadState next = load();
        if (next.tables().get(ORDERS) == TableLoad.CATCHING_UP && streamed >= catchUpTo) {
            next = next.advance(next.progress(), next.step(), Map.of(ORDERS, TableLoad.SUCCEEDED));
        }
        apply(changes, next);
    }

    /** Reads the next chunk, or hands over the rows of the one that was read. */
    private void readOrHandOver() {
        LoadState load = load();
        if (chunk == null) {
            if (!load.unread().isEmpty()) {
                chunk = source.read(load.progress() == null ? 0 : Integer.parseInt(load.progress()), CHUNK);
            }
            return;
        }
        boolean ahead = streamed < chunk.low();
        if (!ahead && streamed < chunk.high()) {
            return;
        }
        List<Change<Row>> reads = source.reads(chunk, ahead);
        int next = chunk.from() + CHUNK;
        chunk = null;
        if (next < SourceModel.KEYS) {
            apply(reads, load.advance(Integer.toString(next), load.step() + 1, Map.of()));
        } else {
            catchUpTo = source.head();
            apply(reads, load.advance(null, load.step() + 1, Map.of(ORDERS, TableLoad.CATCHING_UP)));
        }
    }

    private LoadState load() {
        return session.offset().orElseThrow().load();
    }

    private void finish() {
        for (int i = 0; i < 200 && !(load().pending().isEmpty() && streamed == source.head()); i++) {
            stream(5);
            readOrHandOver();
        }
        stream(1);
        assertThat(load().pending()).isEmpty();
    }

    private void apply(List<Change<Row>> changes, LoadState next) {
        if (!changes.isEmpty() && random.nextInt(10) == 0) {
            refuse = true;
            List<Change<Row>> withMore = new ArrayList<>(changes);
            withMore.add(view.orders.create("99", "never", "x", "there"));
            assertThatThrownBy(() -> test.apply(session, withMore, next)).hasMessageContaining("refused");
            refuse = false;
            session.recover();
        }
        test.apply(session, changes, next);
    }
}
