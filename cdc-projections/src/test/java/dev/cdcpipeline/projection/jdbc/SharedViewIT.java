package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.CdcException;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.TargetSession;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several pipelines of one shard each fill one view: nobody removes the rows of another. */
class SharedViewIT {
    private static final TableName ORDERS = OrderView.ORDERS.name();

    private OrderView view;
    private TargetUnderTest mine;
    private TargetUnderTest others;

    @BeforeEach
    void create() {
        view = new OrderView();
        mine = view.test().pipeline("p0");
        others = view.test().pipeline("p1");
    }

    @AfterEach
    void drop() {
        view.close();
    }

    @Test
    void a_backfill_of_one_pipeline_leaves_the_rows_of_another() {
        fill(mine, "public.order_view", view.orders.create("1", "mine", "x", "n"));
        fill(others, "public.order_view", view.orders.create("2", "others", "x", "n"));

        backfill(mine, "public.order_view", view.orders.read("3", "mine", "x", "n"));

        assertThat(view.rows()).containsExactly("1|mine|n", "2|others|n", "3|mine|n");
        assertThat(view.database.queryLong("select count(*) from cdc_loaded_row"))
                .isZero();
    }

    @Test
    void a_truncate_for_one_pipeline_fails_rather_than_delete_the_rows_of_another() {
        fill(mine, "public.order_view", view.orders.create("1", "mine", "x", "n"));
        fill(others, "public.order_view", view.orders.create("2", "others", "x", "n"));

        assertThatThrownBy(() -> fill(mine, "public.order_view", view.orders.truncate()))
                .isInstanceOf(CdcException.class)
                .hasMessageContaining("pipeline 'p1' shard 'db0' target 'read-model' fills the view, too")
                .hasMessageContaining("shardColumn(...)")
                .hasMessageContaining("delete its row in cdc_offset");
        assertThat(view.rows()).containsExactly("1|mine|n", "2|others|n");
    }

    @Test
    void a_pipeline_that_fills_another_view_of_the_database_does_not_matter() {
        fill(mine, "public.order_view", view.orders.create("1", "gone", "x", "n"));
        fill(others, "public.customer_view");

        backfill(mine, "public.order_view", view.orders.read("3", "mine", "x", "n"));
        assertThat(view.rows()).containsExactly("3|mine|n");

        fill(mine, "public.order_view", view.orders.truncate());
        assertThat(view.rows()).isEmpty();
    }

    @Test
    void a_pipeline_whose_offset_was_deleted_does_not_matter_any_more() {
        fill(mine, "public.order_view", view.orders.create("1", "gone", "x", "n"));
        fill(others, "public.order_view", view.orders.create("2", "others", "x", "n"));
        view.database.execute("delete from cdc_offset where pipeline = 'p1'");

        backfill(mine, "public.order_view", view.orders.read("3", "mine", "x", "n"));

        assertThat(view.rows()).containsExactly("3|mine|n");
    }

    @Test
    void a_shard_column_tells_pipelines_apart_unless_their_shards_have_one_name() {
        view.database.execute(
                "create table sharded (id bigint, customer text, note text, shard text, primary key (shard, id))");
        JdbcTarget target = view.target(UpsertProjection.from(OrderView.ORDERS)
                .into("sharded")
                .shardColumn("shard")
                .build());
        TargetUnderTest db0 = new TargetUnderTest(target, view.orders).pipeline("p0");
        TargetUnderTest db1 =
                new TargetUnderTest(target, view.orders).pipeline("p1").shard("db1", 1);
        fill(db0, "public.sharded", view.orders.create("1", "gone", "x", "n"));
        fill(db1, "public.sharded", view.orders.create("1", "others", "x", "n"));
        backfill(db0, "public.sharded", view.orders.read("3", "mine", "x", "n"));
        assertThat(sharded()).containsExactly("(3,mine,n,db0)", "(1,others,n,db1)");

        TargetUnderTest same = new TargetUnderTest(target, view.orders).pipeline("p2");
        fill(same, "public.sharded", view.orders.create("2", "of the same name", "x", "n"));
        backfill(db0, "public.sharded", view.orders.read("3", "mine", "x", "n"));
        assertThat(sharded()).containsExactly("(2,\"of the same name\",n,db0)", "(3,mine,n,db0)", "(1,others,n,db1)");
    }

    private List<String> sharded() {
        return view.database.queryStrings("select s::text from sharded s order by shard, id");
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private static void fill(TargetUnderTest test, String name, Change<Row>... changes) {
        try (TargetSession session = test.open(1)) {
            test.apply(session, Arrays.asList(changes), OrderView.loaded(name));
        }
    }

    private static void backfill(TargetUnderTest test, String name, Change<Row> read) {
        LoadState begun = OrderView.loaded(name).beginning("b1", List.of(ORDERS), name);
        try (TargetSession session = test.open(1)) {
            test.apply(session, List.of(), begun);
            test.apply(session, List.of(read), begun.advance("reading", 2, Map.of()));
            test.apply(session, List.of(), begun.advance(null, 3, Map.of(ORDERS, TableLoad.SUCCEEDED)));
        }
    }
}
