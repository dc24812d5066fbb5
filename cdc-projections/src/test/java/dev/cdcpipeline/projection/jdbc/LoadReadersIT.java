package dev.cdcpipeline.projection.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.offset.LoadKind;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows read by a load go to the projections it is for, and those hear of its beginning and end. */
class LoadReadersIT {
    private static final TableName ORDERS = OrderView.ORDERS.name();
    private static final String VIEW = "public.order_view";

    private final List<String> heard = new ArrayList<>();
    private OrderView view;
    private TargetUnderTest test;
    private TargetSession session;

    /** Writes down what it is told. */
    private final class Listening implements JdbcProjection, ShardProjection {
        @Override
        public String name() {
            return "listening";
        }

        @Override
        public Collection<SourceTable<?>> tables() {
            return List.of(OrderView.ORDERS);
        }

        @Override
        public ShardProjection prepare(Handle handle, ProjectionContext context) {
            return this;
        }

        @Override
        public void apply(ProjectionBatch batch, Handle handle) {
            batch.changes().forEach(change -> heard.add(change.operation() + " " + change.key()));
            heard.add("loading " + batch.loading());
        }

        @Override
        public void loadBegins(TableName table, LoadKind load, Handle handle) {
            heard.add("begins " + load);
        }

        @Override
        public void loadEnds(TableName table, LoadKind load, Handle handle) {
            heard.add("ends " + load);
        }

        @Override
        public void loadIsLeft(TableName table, LoadKind load, Handle handle) {
            heard.add("left " + load);
        }
    }

    @BeforeEach
    void create() {
        view = new OrderView();
        test = new TargetUnderTest(
                view.target()
                        .project(new Listening())
                        .project(HandlerProjection.named("counting")
                                .on(OrderView.ORDERS, (change, handle) -> heard.add("handler " + change.operation()))),
                view.orders);
        session = test.open(1);
    }

    @AfterEach
    void drop() {
        session.close();
        view.close();
    }

    @Test
    void rows_of_a_backfill_go_to_its_projection_only_and_changes_of_the_stream_to_all() {
        LoadState loaded = OrderView.loaded(VIEW, "listening", "counting");
        LoadState reading = loaded.beginning("b1", List.of(ORDERS), VIEW).advance("in the middle", 2, Map.of());
        apply(loaded);
        apply(reading, view.orders.read("1", "a", "x", "n"), view.orders.create("2", "b", "x", "n"));
        apply(
                reading.advance(null, 3, Map.of(ORDERS, TableLoad.SUCCEEDED)),
                view.orders.read("3", "c", "x", "n"),
                view.orders.delete("2"));

        assertThat(view.rows()).containsExactly("1|a|n", "3|c|n");
        assertThat(heard.stream().filter(line -> line.startsWith("handler")))
                .containsExactly("handler CREATE", "handler DELETE");
        assertThat(heard).noneMatch(line -> line.startsWith("READ")).contains("loading {}");
    }

    @Test
    void a_view_is_not_written_by_the_backfill_of_another_projection() {
        LoadState loaded = OrderView.loaded(VIEW, "listening", "counting");
        LoadState reading = loaded.beginning("b1", List.of(ORDERS), "counting").advance("in the middle", 2, Map.of());
        apply(loaded, view.orders.create("1", "a", "x", "n"), view.orders.create("2", "b", "x", "n"));
        apply(reading, view.orders.read("1", "newer", "x", "n"));
        apply(reading.advance(null, 3, Map.of(ORDERS, TableLoad.SUCCEEDED)));

        assertThat(view.rows()).containsExactly("1|a|n", "2|b|n");
        assertThat(heard).contains("handler READ");
    }

    @Test
    void a_projection_hears_of_its_first_load_and_its_backfills() {
        LoadState first = OrderView.loaded(VIEW, "listening", "counting").reloading();
        apply(first);
        apply(first.advance("in the middle", 2, Map.of()), view.orders.read("1", "a", "x", "n"));
        apply(first.advance(null, 3, Map.of(ORDERS, TableLoad.SUCCEEDED)), view.orders.read("2", "a", "x", "n"));

        assertThat(heard.stream().filter(line -> !line.startsWith("handler") && !line.startsWith("READ")))
                .containsExactly(
                        "begins REPLACE",
                        "loading {public.orders=REPLACE}",
                        "loading {public.orders=REPLACE}",
                        "ends REPLACE");
        assertThat(heard.stream().filter(line -> line.startsWith("READ"))).hasSize(2);
    }

    @Test
    void a_projection_hears_when_its_backfill_is_left_and_others_hear_nothing() {
        LoadState loaded = OrderView.loaded(VIEW, "listening", "counting");
        LoadState backfill = loaded.beginning("b1", List.of(ORDERS), "listening");
        apply(loaded);
        heard.clear();
        apply(backfill);
        apply(backfill.leaving("b1", List.of(ORDERS), "listening"));

        assertThat(heard).containsExactly("begins REPLACE", "left REPLACE");
    }

    @Test
    void a_truncate_that_we_made_up_empties_the_view_and_reaches_handlers() {
        LoadState loading = OrderView.loading(VIEW);
        apply(loading, view.orders.read("1", "of an interrupted snapshot", "x", "n"));
        apply(loading, view.orders.truncate(), view.orders.read("2", "b", "x", "n"));

        assertThat(view.rows()).containsExactly("2|b|n");
        assertThat(heard).contains("handler " + Operation.TRUNCATE);
    }

    @SafeVarargs
    @SuppressWarnings("varargs")
    private void apply(LoadState load, Change<Row>... changes) {
        test.apply(session, Arrays.asList(changes), load);
    }
}
