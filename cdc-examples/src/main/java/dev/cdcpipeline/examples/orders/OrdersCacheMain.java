package dev.cdcpipeline.examples.orders;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.offset.jdbc.JdbcOffsets;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.CacheReader;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.shard.PostgresShard;
import dev.cdcpipeline.testkit.PostgresSource;
import dev.cdcpipeline.testkit.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * Keeps {@code GET order:1} in Redis equal to row 1 of {@code orders} in PostgreSQL, and reads it over HTTP. Makes a tour, printing
 * what it asks and gets; with {@code -Dorders.forever=true} it goes on until Ctrl-C.
 */
public final class OrdersCacheMain {
    private static final CacheProjection<Order> ORDERS = CacheProjection.from(
                    SourceTable.of("public.orders", Order.class))
            .key("order:{id}")
            .ttl(Duration.ofMinutes(10))
            .jitter(0.1)
            .build();

    private OrdersCacheMain() {}

    /** Runs the tour, and ends the process: with 0 if everything was as it has to be. */
    public static void main(String[] args) {
        int exitCode = 1;
        try {
            run(Integer.getInteger("orders.port", 0), Boolean.getBoolean("orders.forever"));
            exitCode = 0;
        } catch (Exception e) {
            e.printStackTrace(System.out);
        }
        System.exit(exitCode);
    }

    private static void run(int port, boolean forever) throws IOException, InterruptedException {
        try (PostgresSource postgres = PostgresSource.start();
                RedisServer redis = RedisServer.start()) {
            Shop.create(postgres);
            DataSource shop = postgres.dataSource(Shop.DATABASE);
            OrderTable table = new OrderTable(shop);
            try (CdcPipeline pipeline = pipeline(postgres, shop, redis.uri());
                    CacheReader<Order> reader = reader(redis.uri(), table);
                    OrdersHttp http = OrdersHttp.start(port, pipeline, reader, ORDERS.codec(), table)) {
                pipeline.start();
                pipeline.awaitLoaded(Duration.ofSeconds(30));
                new Tour(http.address(), postgres, redis).make();
                if (forever) {
                    System.out.println("Now you: " + http.address() + "/ tells how. Ctrl-C ends it.");
                    new CountDownLatch(1).await();
                }
            }
        }
    }

    /** What the service that feeds the cache has. */
    private static CdcPipeline pipeline(PostgresSource postgres, DataSource home, String redis) {
        return CdcPipeline.builder()
                .name("shop")
                .shard(PostgresShard.named("db0")
                        .host(postgres.host())
                        .port(postgres.port())
                        .database(Shop.DATABASE)
                        .user(postgres.username())
                        .password(postgres.password())
                        .build())
                .offsets(JdbcOffsets.in(home))
                .target(RedisTarget.named("cache", redis).project(ORDERS))
                .build();
    }

    /** What each service has that reads the cache; it needs no pipeline of its own. */
    private static CacheReader<Order> reader(String redis, OrderTable table) {
        return CacheReader.of(redis)
                .pipeline("shop")
                .target("cache")
                .projection(ORDERS)
                .loader(key -> table.find((Long) key.get(0)))
                .build();
    }
}
