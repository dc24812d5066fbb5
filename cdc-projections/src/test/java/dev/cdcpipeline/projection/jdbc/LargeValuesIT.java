package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of values that the source left out, because an update did not touch them. */
class LargeValuesIT {

    private OrderView view;

    @BeforeEach
    void create() {
        view = new OrderView();
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void keeps_a_value_that_the_source_left_out() {
        view.apply(view.orders.create("1", "a", "x", "large"), view.orders.create("2", "a", "x", "large2"));
        view.apply(
                view.orders.update("1", "b", "x", TextRow.UNCHANGED),
                view.orders.update("2", TextRow.UNCHANGED, "x", "small"),
                view.orders.create("3", "whole", "x", "3"));

        assertThat(view.rows()).containsExactly("1|b|large", "2|a|small", "3|whole|3");
    }

    @Test
    void takes_a_left_out_value_from_an_earlier_change_of_the_batch() {
        view.apply(view.orders.create("9", "stored", "x", "stored"));
        view.apply(
                view.orders.create("1", "a", "x", "large"),
                view.orders.update("1", "b", "x", TextRow.UNCHANGED),
                view.orders.update("1", "c", "x", TextRow.UNCHANGED),
                view.orders.update("9", "a", "x", TextRow.UNCHANGED),
                view.orders.update("9", TextRow.UNCHANGED, "x", "new"),
                view.orders.update("9", "b", "x", TextRow.UNCHANGED));

        assertThat(view.rows()).containsExactly("1|c|large", "9|b|new");
    }

    @Test
    void does_not_care_about_a_left_out_column_that_is_not_mapped() {
        view.apply(view.orders.create("1", "a", TextRow.UNCHANGED, "n"));
        view.apply(view.orders.delete("1"), view.orders.createMoved("1", "2", "a", TextRow.UNCHANGED, "n"));

        assertThat(view.rows()).containsExactly("2|a|n");
    }

    @Test
    void moves_a_row_whose_key_changed_and_whose_large_value_was_left_out() {
        view.database.execute("alter table order_view add hits int default 7");
        view.apply(view.orders.create("1", "a", "x", "large"), view.orders.create("2", "b", "x", "large2"));
        view.database.execute("update order_view set hits = 9");
        view.apply(
                view.orders.delete("1"),
                view.orders.createMoved("1", "11", "c", "x", TextRow.UNCHANGED),
                view.orders.delete("2"),
                view.orders.createMoved("2", "12", TextRow.UNCHANGED, "x", "new"));

        assertThat(view.rows()).containsExactly("11|c|large", "12|b|new");
        assertThat(view.database.queryLong("select sum(hits) from order_view")).isEqualTo(18);
    }

    @Test
    void moves_a_row_several_times_in_one_batch() {
        view.apply(view.orders.create("1", "a", "x", "large"), view.orders.create("2", "b", "x", "other"));
        view.apply(
                view.orders.update("1", "b", "x", TextRow.UNCHANGED),
                view.orders.delete("1"),
                view.orders.createMoved("1", "3", "c", "x", TextRow.UNCHANGED),
                view.orders.delete("2"),
                view.orders.createMoved("2", "1", "now 1", "x", TextRow.UNCHANGED),
                view.orders.delete("3"),
                view.orders.createMoved("3", "2", "now 2", "x", TextRow.UNCHANGED),
                view.orders.update("2", "last", "x", TextRow.UNCHANGED));

        assertThat(view.rows()).containsExactly("1|now 1|other", "2|last|large");
    }

    @Test
    void moves_a_row_that_was_written_or_deleted_earlier_in_the_batch() {
        view.apply(view.orders.create("2", "in the way", "x", "2"));
        view.apply(
                view.orders.create("1", "a", "x", "large"),
                view.orders.delete("2"),
                view.orders.delete("1"),
                view.orders.createMoved("1", "2", "b", "x", TextRow.UNCHANGED),
                view.orders.create("1", "again", "x", "new 1"));

        assertThat(view.rows()).containsExactly("1|again|new 1", "2|b|large");
    }

    @Test
    void moves_nothing_onto_a_row_that_a_load_has_read_under_its_new_key() {
        view.applyLoading(view.orders.read("1", "a", "x", "large"), view.orders.read("2", "a", "x", "large as read"));
        view.apply(view.orders.delete("1"), view.orders.createMoved("1", "2", "b", "x", TextRow.UNCHANGED));

        assertThat(view.rows()).containsExactly("2|b|large as read");
    }
}
