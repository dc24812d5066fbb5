package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.ParkingSession;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of first loads, backfills, gaps, crashes, cancellations and replays, over a table that goes on changing and of
 * which a view and a handler refuse some rows: in the end both equal the source.
 */
class RandomParkingIT {
    private static final TableName ORDERS = OrderView.ORDERS.name();
    private static final String VIEW = "public.order_view";
    private static final int CHUNK = 5;
    private static final String REFUSE =
            "alter table order_view add constraint fair check (customer !~ '7$') not valid";
    private static final String TAKE = "alter table order_view drop constraint fair";

    private static final SourceTable<Texts> TEXTS = SourceTable.of("public.orders", Texts.class);

    record Texts(String id, String customer) {}

    private OrderView view;
    private TargetUnderTest test;
    private ParkingSession session;
    private Random random;
    private SourceModel source;
    private long epoch = 1;
    private int streamed;
    private int backfills;
    private int catchUpTo;
    private boolean refuse = true;
    private boolean lost;
    private SourceModel.@Nullable Chunk chunk;

    @BeforeEach
    void create() {
        view = new OrderView();
        view.database.execute("create table handled (id bigint primary key, customer text)", REFUSE);
        test = new TargetUnderTest(
                view.target().project(HandlerProjection.named("refusing").on(TEXTS, this::handle)), view.orders);
        session = test.open(epoch);
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5})
    void the_view_equals_the_source_in_the_end(long seed) {
        random = new Random(seed);
        source = new SourceModel(random, view.orders);
        apply(List.of(), OrderView.loading(VIEW, "refusing"));
        for (int round = 0; round < 8; round++) {
            for (int step = 0; step < 60; step++) {
                step();
            }
            finish();
            takeAll();
            assertThat(view.rows()).as("seed %d, round %d", seed, round).isEqualTo(source.rows());
            if (!lost) {
                assertThat(view.database.queryStrings("select id || '|' || customer from handled order by id"))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(source.rows().stream()
                                .map(row -> row.substring(0, row.lastIndexOf('|')))
                                .toList());
            }
            assertThat(view.database.queryLong("select count(*) from cdc_loaded_row"))
                    .isZero();
            assertThat(view.database.queryLong("select count(*) from cdc_missing_row"))
                    .isZero();
        }
    }

    private void step() {
        int what = random.nextInt(104);
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
        } else if (what < 94) {
            gap();
        } else if (what < 98) {
            stop(load().beginning("b" + ++backfills, List.of(ORDERS), random.nextBoolean() ? VIEW : "refusing"), true);
        } else if (what < 101) {
            session.replay(DeadLetterFilter.all(), 0, 50);
        } else if (what < 102) {
            takeAll();
        } else {
            String last = "b" + backfills;
            stop(load().leaving(last, List.of(ORDERS), VIEW).leaving(last, List.of(ORDERS), "refusing"), true);
        }
    }

    /** Changes of the log that were not streamed are lost. */
    private void gap() {
        lost |= streamed < source.head();
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

    private void handle(Change<Texts> change, Handle handle) {
        switch (change.operation()) {
            case TRUNCATE -> handle.execute("delete from handled");
            case DELETE -> {
                require(!(refuse && id(change) % 5 == 0));
                handle.execute("delete from handled where id = ?", id(change));
            }
            default -> {
                String customer = change.after().customer();
                require(!(refuse && customer.endsWith("5")));
                handle.execute(
                        "insert into handled values (?, ?) on conflict (id) do update set customer = excluded.customer",
                        id(change),
                        customer);
            }
        }
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw new IllegalStateException("refused");
        }
    }

    private static long id(Change<?> change) {
        return Long.parseLong(change.key().text(0));
    }

    private void apply(List<Change<Row>> changes, LoadState next) {
        Offset upTo = test.next().withLoad(next);
        try {
            session.apply(new ChangeBatch(changes), upTo);
        } catch (RuntimeException refused) {
            session.recover();
            session.isolate(new ChangeBatch(changes), upTo, new JudgeUnderTest());
        }
    }

    private void takeAll() {
        refuse = false;
        view.database.execute(TAKE);
        session.replay(DeadLetterFilter.all(), 0, 10_000);
        assertThat(session.parked()).isEmpty();
        refuse = true;
        view.database.execute(REFUSE);
    }
}
