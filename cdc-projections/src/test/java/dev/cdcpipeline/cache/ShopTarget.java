package dev.cdcpipeline.cache;

import dev.cdcpipeline.change.SourceTable;
import dev.cdcpipeline.projection.redis.CacheProjection;
import dev.cdcpipeline.projection.redis.CounterProjection;
import dev.cdcpipeline.projection.redis.HashProjection;
import dev.cdcpipeline.projection.redis.RedisTarget;
import dev.cdcpipeline.projection.redis.SetProjection;
import dev.cdcpipeline.projection.redis.SortedSetProjection;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What a {@link Shop} has in Redis: a JSON text for each order, a hash for each line, and sets, sorted sets and counters of them. */
final class ShopTarget {
    static final String NAME = "cache";

    public record Order(
            long id,
            String customer,
            String status,
            long total,
            @Nullable String note) {}

    public record Line(long orderId, int line, String product, int quantity) {}

    private static final SourceTable<Order> ORDERS = SourceTable.of("public.orders", Order.class);
    private static final SourceTable<Line> LINES = SourceTable.of("public.lines", Line.class);

    private ShopTarget() {}

    static RedisTarget at(String uri) {
        return at(uri, order -> false);
    }

    /** The same with some orders that cannot be shown. */
    static RedisTarget at(String uri, Predicate<Order> poison) {
        return RedisTarget.named(NAME, uri)
                .project(CacheProjection.from(ORDERS)
                        .key("order:{id}")
                        .map(
                                order -> {
                                    if (poison.test(order)) {
                                        throw new IllegalStateException("an order that cannot be shown");
                                    }
                                    return order;
                                },
                                Order.class)
                        .build())
                .project(
                        HashProjection.from(LINES).key("line:{order_id}:{line}").build())
                .project(SetProjection.from(ORDERS)
                        .key("orders-of:{customer}")
                        .member("{id}")
                        .build())
                .project(SortedSetProjection.from(ORDERS)
                        .key("by-total:{status}")
                        .member("{id}")
                        .score("total")
                        .build())
                .project(CounterProjection.sum(LINES, Line::quantity)
                        .by("sold:{product}")
                        .build());
    }
}
