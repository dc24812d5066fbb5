package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Updates without their large values that meet no row: lost for ever, or only not loaded yet? */
class MissingRowsIT {

    private static final TableName ORDERS = TableName.parse("public.orders");
    private static final LoadState LOADING = OrderView.loading("public.order_view");
    private static final LoadState LOADED = LOADING.advance(null, 1, Map.of(ORDERS, TableLoad.SUCCEEDED));

    private OrderView view;
    private TargetUnderTest test;
    private TargetSession session;

    @BeforeEach
    void create() {
        view = new OrderView();
        test = view.test();
        session = test.open(1);
        apply(LOADING);
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    @Test
    void repeats_a_load_that_never_brought_a_row() {
        apply(LOADING, view.orders.update("1", "a", "x", TextRow.UNCHANGED), view.orders.read("2", "b", "x", "2"));
        apply(LOADED);

        assertThat(loadResult()).isEqualTo(TableLoad.FAILED);
        assertThat(test.open(1).offset().orElseThrow().load().pending())
                .as("as stored")
                .containsExactly(ORDERS);
    }

    @Test
    void repeats_a_load_that_ends_in_the_very_batch_of_the_update() {
        apply(LOADED, view.orders.update("1", "a", "x", TextRow.UNCHANGED));

        assertThat(loadResult()).isEqualTo(TableLoad.FAILED);
    }

    @Test
    void is_content_when_the_row_comes_later() {
        apply(LOADING, view.orders.update("1", "a", "x", TextRow.UNCHANGED));
        apply(LOADED, view.orders.read("1", "a", "x", "large"));

        assertThat(loadResult()).isEqualTo(TableLoad.SUCCEEDED);
        assertThat(view.rows()).containsExactly("1|a|large");
        assertThat(remembered()).isZero();
    }

    @Test
    void is_content_when_the_row_is_deleted_or_replaced_or_all_are_gone() {
        apply(
                LOADING,
                view.orders.update("1", "a", "x", TextRow.UNCHANGED),
                view.orders.update("2", "b", "x", TextRow.UNCHANGED));
        apply(LOADING, view.orders.delete("1"), view.orders.update("2", "b", "x", "whole"));
        assertThat(remembered()).isZero();

        apply(LOADING, view.orders.update("3", "c", "x", TextRow.UNCHANGED));
        assertThat(remembered()).isEqualTo(1);
        apply(LOADED, view.orders.truncate());

        assertThat(loadResult()).isEqualTo(TableLoad.SUCCEEDED);
    }

    @Test
    void follows_a_row_to_its_new_key() {
        apply(LOADING, view.orders.update("1", "a", "x", TextRow.UNCHANGED));
        apply(LOADING, view.orders.delete("1"), view.orders.createMoved("1", "7", "b", "x", TextRow.UNCHANGED));
        assertThat(view.database.queryStrings("select row_key from cdc_missing_row"))
                .containsExactly("{\"7\"}");
        apply(LOADED);
        assertThat(loadResult()).isEqualTo(TableLoad.FAILED);

        apply(LOADING);
        apply(LOADED, view.orders.read("7", "b", "x", "large"));
        assertThat(loadResult()).as("of the repeated load").isEqualTo(TableLoad.SUCCEEDED);
    }

    @Test
    void remembers_across_sessions() {
        apply(LOADING, view.orders.update("1", "a", "x", TextRow.UNCHANGED));
        session.close();
        session = test.open(2);
        apply(LOADED);

        assertThat(loadResult()).isEqualTo(TableLoad.FAILED);
    }

    @Test
    void finds_the_missing_row_among_more_than_one_statement_takes() {
        view.database.execute("insert into order_view select i, 'old', 'large' from generate_series(0, 5998) i");
        List<Change<Row>> updates = new ArrayList<>();
        for (int id = 0; id < 6_000; id++) {
            updates.add(view.orders.update(Integer.toString(id), "new", "x", TextRow.UNCHANGED));
        }
        test.apply(session, updates, LOADING);

        assertThat(view.database.queryStrings("select row_key from cdc_missing_row"))
                .containsExactly("{\"5999\"}");
        assertThat(view.database.queryLong("select count(*) from order_view where customer = 'new' and note = 'large'"))
                .isEqualTo(5_999);
    }

    @Test
    void strikes_off_a_row_that_an_earlier_session_has_missed() {
        apply(LOADING, view.orders.update("1", "a", "x", TextRow.UNCHANGED));
        session.close();
        session = test.open(2);
        apply(LOADED, view.orders.read("1", "a", "x", "large"));

        assertThat(loadResult()).isEqualTo(TableLoad.SUCCEEDED);
    }

    @Test
    void skips_an_update_outside_of_a_load() {
        apply(LOADED);
        apply(LOADED, view.orders.update("1", "a", "x", TextRow.UNCHANGED), view.orders.create("2", "b", "x", "whole"));

        assertThat(view.rows()).containsExactly("2|b|whole");
        assertThat(remembered()).isZero();
        assertThat(loadResult()).isEqualTo(TableLoad.SUCCEEDED);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void apply(LoadState load, Change<Row>... changes) {
        test.apply(session, Arrays.asList(changes), load);
    }

    private TableLoad loadResult() {
        return session.offset().orElseThrow().load().tables().get(ORDERS);
    }

    private long remembered() {
        return view.database.queryLong("select count(*) from cdc_missing_row");
    }
}
