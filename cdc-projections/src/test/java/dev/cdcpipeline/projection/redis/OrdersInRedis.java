package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.target.TargetSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A target for a table of orders, and its sessions, which end with the test. */
abstract class OrdersInRedis extends OneRedis {

    record Order(long id, Optional<String> customer, String status, long cents) {}

    static final SourceTable<Order> ORDERS = SourceTable.of("public.orders", Order.class);
    static final Changes orders =
            new Changes("public.orders", 1, "id bigint", "customer text", "status text", "cents bigint");

    private final List<TargetSession> sessions = new ArrayList<>();
    RedisTarget target;
    TargetUnderTest test;
    TargetSession session;

    @BeforeEach
    void name() {
        target = RedisTarget.named("cache", server.uri());
    }

    @AfterEach
    void close() {
        sessions.forEach(TargetSession::close);
    }

    void open(RedisProjection... projections) {
        for (RedisProjection projection : projections) {
            target = target.project(projection);
        }
        test = new TargetUnderTest(target, "db0", 1, orders);
        session = open(test, 1);
        test.apply(session);
    }

    TargetSession open(TargetUnderTest shard, long epoch) {
        TargetSession opened = shard.open(epoch);
        sessions.add(opened);
        return opened;
    }

    static CacheProjectionBuilder<Order, Order> cache() {
        return CacheProjection.from(ORDERS).key("order:{id}");
    }

    static SetProjectionBuilder<Order> set() {
        return SetProjection.from(ORDERS).key("orders-of:{customer}").member("{id}");
    }
}
