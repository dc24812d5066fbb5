package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.deadletter.DeadLetterFilter;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.ChangeBatch;
import dev.cdcpipeline.target.ParkingSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A table is loaded while changes of some of its rows are parked. */
class LoadedLettersIT {
    private static final TableName ORDERS = OrderView.ORDERS.name();
    private static final String VIEW = "public.order_view";

    private static final LoadState LOADED = OrderView.loaded(VIEW);
    private static final LoadState BEGUN = LOADED.beginning("b1", List.of(ORDERS), VIEW);
    private static final LoadState READING = BEGUN.advance("in the middle", 2, Map.of());
    private static final LoadState ENDED = READING.advance(null, 3, Map.of(ORDERS, TableLoad.SUCCEEDED));

    private OrderView view;
    private TargetUnderTest test;
    private ParkingSession session;

    @BeforeEach
    void create() {
        view = new OrderView();
        view.database.execute("alter table order_view add constraint fair check (customer <> 'bad')");
        test = view.test();
        session = test.open(1);
        apply(LOADED, view.orders.create("1", "a", "x", "n"), view.orders.create("2", "b", "x", "n"));
        apply(LOADED, view.orders.create("3", "c", "x", "n"), view.orders.update("1", "bad", "x", "n"));
        assertThat(session.parked()).containsExactly(Map.entry(VIEW, 1L));
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void apply(LoadState load, Change<Row>... changes) {
        Offset upTo = test.next().withLoad(load);
        session.isolate(new ChangeBatch(Arrays.asList(changes)), upTo, new JudgeUnderTest());
    }

    private Map<TableName, TableLoad> loads() {
        return session.offset().orElseThrow().load().tables();
    }

    private void mendAndReplay() {
        view.database.execute("alter table order_view drop constraint fair");
        assertThat(session.replay(DeadLetterFilter.all(), 0, 100).failed()).isZero();
        assertThat(session.parked()).isEmpty();
    }

    @Test
    void a_row_that_a_backfill_reads_while_it_is_parked_stays_in_the_view_and_comes_with_the_replay() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "newer", "x", "n"), view.orders.read("3", "c", "x", "n"));
        apply(ENDED);

        assertThat(loads()).containsEntry(ORDERS, TableLoad.SUCCEEDED);
        assertThat(view.rows()).as("2 is gone at the source, 1 waits").containsExactly("1|a|n", "3|c|n");
        mendAndReplay();
        assertThat(view.rows()).containsExactly("1|newer|n", "3|c|n");
    }

    @Test
    void a_row_that_got_another_key_and_is_gone_does_not_come_back_though_its_earlier_key_is_taken_again() {
        apply(LOADED, view.orders.delete("3"), view.orders.createMoved("3", "4", "bad", "x", "n"));
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"), view.orders.read("3", "new", "x", "n"));
        apply(ENDED);

        mendAndReplay();
        assertThat(view.rows()).containsExactly("1|a|n", "3|new|n");
    }

    @Test
    void a_delete_that_a_handler_failed_at_is_still_replayed_to_it_when_the_table_was_loaded_again() {
        List<String> deleted = new ArrayList<>();
        AtomicBoolean broken = new AtomicBoolean(true);
        TargetUnderTest handling = new TargetUnderTest(
                view.target(HandlerProjection.named(VIEW).on(OrderView.ORDERS, (change, handle) -> {
                    if (change.operation() == Operation.DELETE) {
                        if (broken.get()) {
                            throw new IllegalStateException("broken");
                        }
                        deleted.add(String.valueOf(change.key().text(0)));
                    }
                })),
                view.orders);
        session.close();
        view.database.execute("delete from cdc_dead_letter");
        session = handling.open(2);
        apply(LOADED, view.orders.delete("2"));
        assertThat(session.parked()).containsExactly(Map.entry(VIEW, 1L));
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"));
        apply(ENDED);

        broken.set(false);
        mendAndReplay();
        assertThat(deleted).containsExactly("2");
    }

    @Test
    void a_parked_row_that_the_source_does_not_have_any_more_does_not_come_back_by_a_replay() {
        apply(BEGUN);
        apply(READING, view.orders.read("2", "b", "x", "n"));
        apply(ENDED, view.orders.read("3", "c", "x", "n"));

        assertThat(view.rows()).containsExactly("2|b|n", "3|c|n");
        assertThat(session.parked()).isEmpty();
        assertThat(view.database.queryStrings("select state || ': ' || note from cdc_dead_letter"))
                .containsExactly("DISCARDED: the source did not have the row any more when the table was loaded again");
    }

    @Test
    void a_row_that_the_stream_has_brought_since_the_load_began_exists() {
        apply(BEGUN);
        apply(READING, view.orders.update("1", "later", "x", "n"), view.orders.read("2", "b", "x", "n"));
        apply(ENDED, view.orders.read("3", "c", "x", "n"));

        assertThat(view.rows()).containsExactly("1|a|n", "2|b|n", "3|c|n");
        mendAndReplay();
        assertThat(view.rows()).containsExactly("1|later|n", "2|b|n", "3|c|n");
    }

    @Test
    void a_load_does_not_wait_for_large_values_of_a_row_that_is_parked() {
        apply(BEGUN);
        apply(READING, view.orders.update("9", "i", "x", TextRow.UNCHANGED));
        apply(READING, view.orders.update("9", "bad", "x", TextRow.UNCHANGED));
        apply(READING, view.orders.read("9", "whole", "x", "n"), view.orders.read("1", "newer", "x", "n"));
        apply(ENDED);

        assertThat(loads()).containsEntry(ORDERS, TableLoad.SUCCEEDED);
        mendAndReplay();
        assertThat(view.rows()).containsExactly("1|newer|n", "9|whole|n");
    }

    @Test
    void a_parked_row_of_which_only_a_part_came_is_read_again() {
        apply(BEGUN);
        apply(READING, view.orders.update("1", "newer", "x", TextRow.UNCHANGED));
        apply(READING, view.orders.update("3", "bad", "x", TextRow.UNCHANGED));
        apply(ENDED);

        assertThat(loads()).as("no chunk has brought them").containsEntry(ORDERS, TableLoad.FAILED);
    }

    @Test
    void a_load_that_is_interrupted_and_goes_on_in_another_session_ends_in_the_same_way() {
        apply(BEGUN);
        session.close();
        session = test.open(2);
        apply(READING, view.orders.read("2", "b", "x", "n"));
        apply(ENDED);

        assertThat(view.rows()).containsExactly("2|b|n");
        assertThat(session.parked()).isEmpty();
    }
}
