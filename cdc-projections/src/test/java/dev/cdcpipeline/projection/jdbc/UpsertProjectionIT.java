package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a batch of changes in the view. */
class UpsertProjectionIT {

    record Line(long order, int no, String item) {}

    private static final SourceTable<Line> LINES = SourceTable.of("public.lines", Line.class);

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
    void folds_the_changes_of_a_key_into_the_last_state() {
        view.apply(view.orders.create("5", "old", "x", "5"));

        view.applyLoading(
                view.orders.create("1", "a", "x", "1"),
                view.orders.create("2", "b", "x", "2"),
                view.orders.update("1", "c", "x", "3"),
                view.orders.delete("2"),
                view.orders.delete("5"),
                view.orders.create("5", "new", "x", "5"),
                view.orders.create("6", "gone", "x", "6"),
                view.orders.delete("6"),
                view.orders.read("7", "read", "x", "7"),
                view.orders.read("7", "read again", "x", "7"));

        assertThat(view.rows()).containsExactly("1|c|3", "5|new|5", "7|read again|7");
    }

    @Test
    void leaves_columns_alone_that_are_not_mapped() {
        view.database.execute("alter table order_view add hits int default 7");
        view.apply(view.orders.create("1", "a", "x", "1"));
        view.database.execute("update order_view set hits = 9");
        view.apply(view.orders.update("1", "b", "x", "1"));

        assertThat(view.database.queryLong("select hits from order_view where customer = 'b'"))
                .isEqualTo(9);
    }

    @Test
    void replaces_a_row_whose_key_changed() {
        view.apply(view.orders.create("1", "a", "x", "1"));
        view.apply(view.orders.delete("1"), view.orders.createMoved("1", "2", "a", "x", "1"));

        assertThat(view.rows()).containsExactly("2|a|1");
    }

    @Test
    void deletes_and_updates_by_a_composite_key() {
        view.database.execute("create table line_view (\"order\" bigint, \"No \"\"1\"\"\" int, item varchar(9),"
                + " primary key (\"No \"\"1\"\"\", \"order\"))");
        Changes lines = new Changes("public.lines", 2, "order", "no", "item");
        JdbcTarget target = view.target(UpsertProjection.from(LINES)
                .into("line_view")
                .column("no", "No \"1\"")
                .build());
        TargetUnderTest test = new TargetUnderTest(target, lines);
        try (TargetSession session = test.open(1)) {
            test.apply(
                    session,
                    lines.create("1", "1", "a"),
                    lines.create("1", "2", "b"),
                    lines.create("2", "1", "c"),
                    lines.update("1", "2", "B"),
                    lines.delete("2", "1"));
            test.apply(session, lines.delete("1", "1"), lines.update("1", "2", TextRow.UNCHANGED));
        }
        assertThat(view.database.queryStrings("select l::text from line_view l"))
                .containsExactly("(1,2,B)");
    }

    @Test
    void upserts_a_view_that_has_key_columns_only() {
        view.database.execute("create table order_ids (id bigint primary key)");
        record Id(long id) {}
        JdbcTarget target = view.target(UpsertProjection.from(SourceTable.of("orders", Id.class))
                .into("order_ids")
                .build());
        TargetUnderTest test = new TargetUnderTest(target, view.orders);
        try (TargetSession session = test.open(1)) {
            test.apply(session, view.orders.create("1", "a", "x", "y"), view.orders.create("2", "a", "x", "y"));
            test.apply(session, view.orders.update("1", "b", "x", TextRow.UNCHANGED), view.orders.delete("2"));
        }
        assertThat(view.database.queryStrings("select id from order_ids")).containsExactly("1");
    }

    @Test
    void identifies_rows_of_a_table_without_a_key_by_named_columns() {
        Changes keyless = new Changes("public.orders", 0, "id", "customer", "ignored", "note");
        JdbcTarget target = view.target(UpsertProjection.from(OrderView.ORDERS)
                .key("id")
                .into("order_view")
                .build());
        TargetUnderTest test = new TargetUnderTest(target, keyless);
        try (TargetSession session = test.open(1)) {
            test.apply(session, keyless.create("1", "a", "x", "n"), keyless.create("2", "b", "x", "n"));
            test.apply(
                    session,
                    keyless.updateFull(Arrays.asList("1", "a", "x", "n"), "3", "c", "x", "n"),
                    keyless.updateFull(Arrays.asList("2", "b", "x", "n"), "2", "d", "x", "n"));
            assertThat(view.rows()).containsExactly("2|d|n", "3|c|n");

            assertThatThrownBy(() -> test.apply(session, keyless.delete()))
                    .hasMessageContaining("set REPLICA IDENTITY FULL for public.orders");
        }
    }

    @Test
    void writes_a_batch_of_many_chunks() {
        List<Change<Row>> changes = new ArrayList<>();
        for (int i = 0; i < 12_345; i++) {
            changes.add(
                    view.orders.create(Integer.toString(i), "c" + i, "x", i % 100 == 0 ? "n".repeat(50_000) : null));
        }
        for (int i = 0; i < 12_345; i += 2) {
            changes.add(view.orders.delete(Integer.toString(i)));
        }
        TargetUnderTest test = new TargetUnderTest(view.target(), view.orders);
        try (TargetSession session = test.open(1)) {
            test.apply(session, changes, LoadState.none());
        }
        assertThat(view.database.queryLong("select count(*) from order_view where customer = 'c' || id and id % 2 = 1"))
                .isEqualTo(6_172);
        assertThat(view.database.queryLong("select count(*) from order_view")).isEqualTo(6_172);
    }
}
