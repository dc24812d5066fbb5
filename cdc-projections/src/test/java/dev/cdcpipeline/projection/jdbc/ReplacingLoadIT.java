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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Backfills and reloads after a gap: at the end the view has what the source has, and nothing else. */
class ReplacingLoadIT {
    private static final TableName ORDERS = OrderView.ORDERS.name();
    private static final String VIEW = "public.order_view";

    private static final LoadState LOADED = OrderView.loaded(VIEW);
    private static final LoadState BEGUN = LOADED.beginning("b1", List.of(ORDERS), VIEW);
    private static final LoadState READING = BEGUN.advance("in the middle", 2, Map.of());
    private static final LoadState ENDED = READING.advance(null, 3, Map.of(ORDERS, TableLoad.SUCCEEDED));

    private OrderView view;
    private TargetUnderTest test;
    private TargetSession session;

    @BeforeEach
    void create() {
        view = new OrderView();
        test = view.test();
        session = test.open(1);
        apply(LOADED, view.orders.create("1", "a", "x", "n"), view.orders.create("2", "b", "x", "n"));
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    @Test
    void a_replacing_load_removes_what_the_source_no_longer_has() {
        apply(BEGUN);
        apply(READING, view.orders.read("2", "B", "x", "n"));
        assertThat(view.rows()).as("before the end").containsExactly("1|a|n", "2|B|n");

        apply(ENDED, view.orders.read("3", "c", "x", "n"));

        assertThat(view.rows()).containsExactly("2|B|n", "3|c|n");
        assertThat(noted()).isZero();
    }

    @Test
    void an_empty_source_empties_the_view() {
        apply(BEGUN);
        apply(BEGUN.advance(null, 2, Map.of(ORDERS, TableLoad.EMPTY)));

        assertThat(view.rows()).isEmpty();
    }

    @Test
    void a_row_that_the_stream_brought_during_the_load_stays() {
        apply(BEGUN);
        apply(READING, view.orders.create("3", "c", "x", "n"), view.orders.update("1", "A", "x", "n"));
        apply(READING, view.orders.delete("3"), view.orders.createMoved("3", "4", "d", "x", "n"));
        apply(ENDED);

        assertThat(view.rows()).containsExactly("1|A|n", "4|d|n");
    }

    @Test
    void a_first_load_removes_nothing_and_needs_no_notes() {
        view.database.execute("drop table cdc_loaded_row");
        LoadState filling = OrderView.loading(VIEW);
        apply(filling);
        apply(
                filling.advance("in the middle", 2, Map.of()),
                view.orders.read("3", "c", "x", "n"),
                view.orders.update("2", "B", "x", TextRow.UNCHANGED),
                view.orders.delete("1"),
                view.orders.truncate(),
                view.orders.create("4", "d", "x", "n"));
        apply(filling.advance(null, 3, Map.of(ORDERS, TableLoad.SUCCEEDED)), view.orders.create("5", "e", "x", "n"));
        apply(LOADED, view.orders.update("5", "E", "x", TextRow.UNCHANGED));

        assertThat(view.rows()).containsExactly("4|d|n", "5|E|n");
    }

    @Test
    void a_row_that_was_deleted_and_created_again_stays_and_one_that_was_deleted_after_it_was_read_does_not_return() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"), view.orders.read("2", "b", "x", "n"));
        apply(READING, view.orders.delete("1"), view.orders.delete("2"));
        apply(READING, view.orders.create("1", "again", "x", "n"));
        apply(ENDED);

        assertThat(view.rows()).containsExactly("1|again|n");
    }

    @Test
    void a_truncate_during_the_load_leaves_what_came_after_it() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"));
        apply(READING, view.orders.truncate(), view.orders.create("2", "after", "x", "n"));
        apply(READING, view.orders.read("3", "c", "x", "n"));
        apply(ENDED);

        assertThat(view.rows()).containsExactly("2|after|n", "3|c|n");
    }

    @Test
    void a_batch_that_is_rolled_back_notes_nothing() {
        apply(BEGUN);
        view.database.execute("alter table order_view add constraint no_x check (customer <> 'refused')");
        assertThatThrownBy(() -> apply(
                        READING, view.orders.read("1", "a", "x", "n"), view.orders.read("2", "refused", "x", "n")))
                .hasMessageContaining("no_x");
        session.recover();
        apply(READING, view.orders.read("2", "b", "x", "n"));
        apply(ENDED);

        assertThat(view.rows()).containsExactly("2|b|n");
    }

    @Test
    void a_removal_that_is_rolled_back_comes_again() {
        apply(BEGUN);
        apply(READING, view.orders.read("2", "b", "x", "n"));
        view.database.execute("create table bill (id bigint references order_view)", "insert into bill values (1)");
        assertThatThrownBy(() -> apply(ENDED)).hasMessageContaining("bill");
        session.recover();
        assertThat(view.rows()).containsExactly("1|a|n", "2|b|n");

        view.database.execute("drop table bill");
        apply(ENDED);
        assertThat(view.rows()).containsExactly("2|b|n");
    }

    @Test
    void a_load_goes_on_after_a_crash() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"));
        session.close();
        session = test.open(2);
        apply(READING, view.orders.read("3", "c", "x", "n"));
        apply(ENDED);

        assertThat(view.rows()).containsExactly("1|a|n", "3|c|n");
    }

    @Test
    void a_load_that_was_given_up_by_the_connector_is_repeated_and_ends_right() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"), view.orders.create("3", "c", "x", "n"));
        LoadState failed = READING.advance(null, 3, Map.of(ORDERS, TableLoad.FAILED));
        apply(failed);
        apply(failed, view.orders.create("4", "between", "x", "n"));
        apply(failed.advance("once more", 4, Map.of()), view.orders.read("1", "a", "x", "n"));
        apply(ENDED, view.orders.read("4", "between", "x", "n"));

        assertThat(view.rows()).as("3 came by the stream").containsExactly("1|a|n", "3|c|n", "4|between|n");
    }

    @Test
    void a_load_that_lacks_rows_removes_nothing_and_is_repeated() {
        apply(BEGUN);
        apply(READING, view.orders.read("2", "b", "x", "n"), view.orders.update("7", "g", "x", TextRow.UNCHANGED));
        apply(ENDED);
        assertThat(state().tables()).containsEntry(ORDERS, TableLoad.FAILED);
        assertThat(state().readers()).isEqualTo(BEGUN.readers());
        assertThat(view.rows()).containsExactly("1|a|n", "2|b|n");

        apply(READING, view.orders.read("2", "b", "x", "n"), view.orders.read("7", "g", "x", "whole"));
        apply(ENDED);
        assertThat(state().tables()).containsEntry(ORDERS, TableLoad.SUCCEEDED);
        assertThat(view.rows()).containsExactly("2|b|n", "7|g|whole");
    }

    @Test
    void a_large_value_that_may_be_older_than_the_load_makes_it_repeat() {
        apply(BEGUN);
        apply(READING, view.orders.read("2", "b", "x", "n"), view.orders.update("1", "A", "x", TextRow.UNCHANGED));
        apply(ENDED);
        assertThat(state().tables()).as("the row was never read").containsEntry(ORDERS, TableLoad.FAILED);

        apply(READING, view.orders.read("1", "A", "x", "new"));
        apply(READING, view.orders.update("1", "AA", "x", TextRow.UNCHANGED));
        apply(ENDED);
        assertThat(state().tables()).containsEntry(ORDERS, TableLoad.SUCCEEDED);
        assertThat(view.rows()).containsExactly("1|AA|new", "2|b|n");
    }

    @Test
    void a_row_that_moved_without_its_large_value_is_as_whole_as_it_was() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"));
        apply(READING, view.orders.delete("1"), view.orders.createMoved("1", "8", "a", "x", TextRow.UNCHANGED));
        apply(READING, view.orders.update("8", "A", "x", TextRow.UNCHANGED));
        apply(READING);
        apply(ENDED);
        assertThat(state().tables()).containsEntry(ORDERS, TableLoad.SUCCEEDED);
        assertThat(view.rows()).containsExactly("8|A|n");
    }

    @Test
    void a_row_that_moved_onto_the_key_of_another_does_not_pass_for_that_one() {
        apply(BEGUN);
        apply(READING, view.orders.read("2", "b", "x", "n"));
        apply(READING, view.orders.delete("2"));
        apply(READING, view.orders.delete("1"), view.orders.createMoved("1", "2", "a", "x", TextRow.UNCHANGED));
        apply(ENDED);

        assertThat(state().tables()).as("1 was never read").containsEntry(ORDERS, TableLoad.FAILED);
    }

    @Test
    void a_load_that_is_left_removes_nothing_and_does_not_confuse_the_next() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"), view.orders.update("9", "i", "x", TextRow.UNCHANGED));
        apply(READING.leaving("b1", List.of(ORDERS), VIEW));
        assertThat(view.rows()).containsExactly("1|a|n", "2|b|n");
        assertThat(noted()).isZero();
        assertThat(view.database.queryLong("select count(*) from cdc_missing_row"))
                .isZero();

        apply(BEGUN);
        apply(READING, view.orders.read("2", "b", "x", "n"));
        apply(ENDED);
        assertThat(view.rows()).containsExactly("2|b|n");
    }

    @Test
    void a_gap_during_the_load_makes_what_came_before_it_worth_nothing() {
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"), view.orders.update("9", "i", "x", TextRow.UNCHANGED));
        LoadState reloading = READING.reloading();
        apply(reloading);
        apply(reloading.advance("the new one", 9, Map.of()), view.orders.read("2", "b", "x", "n"));
        apply(reloading.advance(null, 10, Map.of(ORDERS, TableLoad.SUCCEEDED)));

        assertThat(view.rows()).containsExactly("2|b|n");
    }

    @Test
    void a_gap_before_the_load_has_read_anything_does_so_too() {
        apply(BEGUN);
        apply(BEGUN, view.orders.create("3", "deleted in the gap", "x", "n"));
        LoadState reloading = BEGUN.reloading();
        apply(reloading);
        apply(reloading.advance(null, 9, Map.of(ORDERS, TableLoad.CATCHING_UP)), view.orders.read("2", "b", "x", "n"));
        apply(reloading.advance(null, 9, Map.of(ORDERS, TableLoad.SUCCEEDED)));

        assertThat(view.rows()).containsExactly("2|b|n");
    }

    @Test
    void rows_that_are_all_read_stay_while_the_stream_catches_up_and_another_table_begins() {
        LoadState catchingUp = READING.advance(null, 3, Map.of(ORDERS, TableLoad.CATCHING_UP));
        apply(BEGUN);
        apply(READING, view.orders.read("1", "a", "x", "n"));
        apply(catchingUp);
        apply(catchingUp.advance("another table", 4, Map.of()));
        apply(catchingUp.advance(null, 5, Map.of()));
        apply(catchingUp.advance(null, 5, Map.of(ORDERS, TableLoad.SUCCEEDED)));

        assertThat(view.rows()).containsExactly("1|a|n");
    }

    @Test
    void a_load_without_marks_as_a_snapshot_makes_none_ends_right() {
        apply(BEGUN);
        apply(BEGUN, view.orders.read("1", "a", "x", "n"));
        apply(BEGUN, view.orders.read("3", "c", "x", "n"));
        apply(BEGUN.advance(null, BEGUN.step(), Map.of(ORDERS, TableLoad.SUCCEEDED)));

        assertThat(view.rows()).containsExactly("1|a|n", "3|c|n");
    }

    @Test
    void a_large_view_is_cleaned_in_pieces() {
        view.database.execute(
                "insert into order_view select i, 'stale', repeat('x', 500) from generate_series(3, 90000) i");
        List<Change<Row>> reads = new ArrayList<>();
        for (int id = 0; id < 12_000; id++) {
            reads.add(view.orders.read(Integer.toString(id * 7), "fresh", "x", "n"));
        }
        apply(BEGUN);
        apply(READING, reads);
        apply(ENDED);

        assertThat(view.database.queryLong("select count(*) from order_view")).isEqualTo(12_000);
        assertThat(view.database.queryLong("select count(*) from order_view where customer <> 'fresh'"))
                .isZero();
        assertThat(noted()).isZero();
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void apply(LoadState load, Change<Row>... changes) {
        apply(load, Arrays.asList(changes));
    }

    private void apply(LoadState load, List<Change<Row>> changes) {
        test.apply(session, changes, load);
    }

    private LoadState state() {
        return session.offset().orElseThrow().load();
    }

    private long noted() {
        return view.database.queryLong("select count(*) from cdc_loaded_row");
    }
}
