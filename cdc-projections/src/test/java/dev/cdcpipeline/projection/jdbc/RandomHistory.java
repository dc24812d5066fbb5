package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.ParkingSession;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The steps of random histories of a table that is streamed and loaded into a view and for a handler, which is called refusing. */
abstract class RandomHistory {
    static final TableName ORDERS = OrderView.ORDERS.name();
    static final String VIEW = "public.order_view";
    private static final int CHUNK = 5;

    OrderView view;
    TargetUnderTest test;
    ParkingSession session;
    Random random;
    SourceModel source;
    /** Whether a gap has swallowed a change. */
    boolean lost;

    private long epoch;
    private int streamed;
    private int backfills;
    private int catchUpTo;
    private SourceModel.@Nullable Chunk chunk;

    void open(TargetUnderTest target) {
        test = target;
        session = test.open(++epoch);
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    /** Applies changes, some of which may be refused. */
    abstract void apply(List<Change<Row>> changes, LoadState next);

    void begin(long seed) {
        random = new Random(seed);
        source = new SourceModel(random, view.orders);
        apply(List.of(), OrderView.loading(VIEW, "refusing"));
    }

    /** The connector gives the load up. */
    void fail() {
        stop(
                load().advance(null, load().step() + 1, Map.of(ORDERS, TableLoad.FAILED)),
                !load().unread().isEmpty());
    }

    void backfill() {
        stop(load().beginning("b" + ++backfills, List.of(ORDERS), random.nextBoolean() ? VIEW : "refusing"), true);
    }

    void cancel() {
        String last = "b" + backfills;
        stop(load().leaving(last, List.of(ORDERS), VIEW).leaving(last, List.of(ORDERS), "refusing"), true);
    }

    /** Changes of the log that were not streamed are lost. */
    void gap() {
        lost |= streamed < source.head();
        streamed = source.head();
        stop(load().reloading(), true);
    }

    /** A new engine, which reads a chunk again that had not arrived. */
    void restart() {
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

    void stream(int transactions) {
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
    void readOrHandOver() {
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

    LoadState load() {
        return session.offset().orElseThrow().load();
    }

    void finish() {
        for (int i = 0; i < 200 && !(load().pending().isEmpty() && streamed == source.head()); i++) {
            stream(5);
            readOrHandOver();
        }
        stream(1);
        assertThat(load().pending()).isEmpty();
    }
}
