package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.target.ChangeBatch;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random histories of first loads, backfills, gaps, crashes, cancellations and replays, over a table that goes on changing and of
 * which a view and a handler refuse some rows: in the end both equal the source.
 */
class RandomParkingIT extends RandomHistory {
    private static final String REFUSE =
            "alter table order_view add constraint fair check (customer !~ '7$') not valid";
    private static final String TAKE = "alter table order_view drop constraint fair";

    private static final SourceTable<Texts> TEXTS = SourceTable.of("public.orders", Texts.class);

    record Texts(String id, String customer) {}

    private boolean refuse = true;

    @BeforeEach
    void create() {
        view = new OrderView();
        view.database.execute("create table handled (id bigint primary key, customer text)", REFUSE);
        open(new TargetUnderTest(
                view.target().project(HandlerProjection.named("refusing").on(TEXTS, this::handle)), view.orders));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 5})
    void the_view_equals_the_source_in_the_end(long seed) {
        begin(seed);
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
            fail();
        } else if (what < 94) {
            gap();
        } else if (what < 98) {
            backfill();
        } else if (what < 101) {
            session.replay(DeadLetterFilter.all(), 0, 50);
        } else if (what < 102) {
            takeAll();
        } else {
            cancel();
        }
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

    @Override
    void apply(List<Change<Row>> changes, LoadState next) {
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
