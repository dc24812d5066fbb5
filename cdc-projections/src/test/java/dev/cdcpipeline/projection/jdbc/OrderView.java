package dev.cdcpipeline.projection.jdbc;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.TableLoad;
import dev.cdcpipeline.target.TargetSession;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.TestDatabase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** A database with a view of orders, and a target that projects to it. */
final class OrderView implements AutoCloseable {

    record Order(long id, String customer, String note) {}

    static final SourceTable<Order> ORDERS = SourceTable.of("public.orders", Order.class);

    final Changes orders = new Changes("public.orders", 1, "id", "customer", "ignored", "note");
    final TestDatabase database = PostgresSource.shared().freshDatabase("order_view");

    OrderView() {
        database.execute("create table order_view (id bigint primary key, customer text, note text)");
    }

    JdbcTarget target() {
        return target(UpsertProjection.from(ORDERS).into("order_view").build());
    }

    JdbcTarget target(JdbcProjection projection) {
        return JdbcTarget.named("read-model", database.dataSource()).project(projection);
    }

    TargetUnderTest test() {
        return new TargetUnderTest(target(), orders);
    }

    /** A first load of the orders that runs, for some projections. */
    static LoadState loading(String... projections) {
        return LoadState.none().wanting(Map.of(ORDERS.name(), fills(projections)), TableLoad.PENDING);
    }

    private static Map<String, Set<String>> fills(String... projections) {
        return Arrays.stream(projections).collect(Collectors.toMap(name -> name, name -> Set.of("id")));
    }

    /** The loads of the orders for some projections, as a target knows them once it has loaded them. */
    static LoadState loaded(String... projections) {
        return loading(projections).advance(null, 1, Map.of(ORDERS.name(), TableLoad.SUCCEEDED));
    }

    /** Applies one batch over a session of its own. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    final void apply(Change<Row>... changes) {
        apply(Arrays.asList(changes));
    }

    void apply(List<Change<Row>> changes) {
        apply(changes, LoadState.none());
    }

    /** Applies one batch during a first load. */
    @SafeVarargs
    @SuppressWarnings("varargs")
    final void applyLoading(Change<Row>... changes) {
        apply(Arrays.asList(changes), loading("public.order_view"));
    }

    private void apply(List<Change<Row>> changes, LoadState load) {
        TargetUnderTest test = test();
        try (TargetSession session = test.open(1)) {
            test.apply(session, changes, load);
        }
    }

    /** {@code id|customer|note} of each row, by id. */
    List<String> rows() {
        return database.queryStrings("select concat_ws('|', id, customer, note) from order_view order by id");
    }

    @Override
    public void close() {
        database.close();
    }
}
