package dev.cdcpipeline.examples.quickstart;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.jdbc.JdbcTarget;
import dev.cdcpipeline.projection.jdbc.UpsertProjection;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.PostgresSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import javax.sql.DataSource;

/** Keeps {@code order_view} in one database equal to {@code orders} in another. */
public final class QuickstartMain {
    private static final Duration SOON = Duration.ofSeconds(30);

    enum OrderStatus {
        NEW,
        PAID,
        SHIPPED
    }

    record Order(long id, String customer, OrderStatus status, BigDecimal total, Instant updatedAt) {}

    private QuickstartMain() {}

    /** Prints the view after the first load, and again after the source was changed. */
    public static void main(String[] args) throws InterruptedException {
        try (PostgresSource postgres = PostgresSource.start()) {
            createShop(postgres);
            createReadModel(postgres);
            DataSource readModel = postgres.dataSource("read_model");

            SourceTable<Order> orders = SourceTable.of("public.orders", Order.class);

            try (CdcPipeline pipeline = CdcPipeline.builder()
                    .name("shop")
                    .shard(PostgresShard.named("db0")
                            .host(postgres.host())
                            .port(postgres.port())
                            .database("shop")
                            .user(postgres.username())
                            .password(postgres.password())
                            .build())
                    .offsets(JdbcOffsets.in(readModel))
                    .target(JdbcTarget.named("read-model", readModel)
                            .project(UpsertProjection.from(orders)
                                    .into("order_view")
                                    .build()))
                    .build()) {
                pipeline.start();

                require(pipeline.awaitLoaded(SOON));
                print(postgres, "after the first load");

                postgres.execute(
                        "shop",
                        "insert into orders values (3, 'Chiara', 'new', 12.50, now())",
                        "update orders set status = 'shipped' where id = 1",
                        "delete from orders where id = 2");
                require(pipeline.awaitApplied("db0", postgres.currentWalLsn(), SOON));
                print(postgres, "after an insert, an update and a delete");
            }
        }
    }

    private static void createShop(PostgresSource postgres) {
        postgres.createDatabase("shop");
        postgres.execute(
                "shop",
                """
                create table orders (
                    id bigint primary key, customer text not null, status text not null,
                    total numeric(10, 2) not null, updated_at timestamptz not null)""",
                "insert into orders values (1, 'Ada', 'paid', 99.90, now()), (2, 'Bo', 'new', 5.00, now())");
    }

    private static void createReadModel(PostgresSource postgres) {
        postgres.createDatabase("read_model");
        postgres.execute("read_model", """
                create table order_view (
                    id bigint primary key, customer text, status text, total numeric, updated_at timestamptz)""");
    }

    private static void require(boolean inTime) {
        if (!inTime) {
            throw new IllegalStateException("not done within " + SOON);
        }
    }

    private static void print(PostgresSource postgres, String when) {
        System.out.println("order_view " + when + ":");
        postgres.queryStrings(
                        "read_model", "select concat_ws('  ', id, customer, status, total) from order_view order by id")
                .forEach(row -> System.out.println("  " + row));
    }
}
