package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.SourceTable;
import java.time.Duration;
import java.util.Optional;

/** A service that only reads: run with no more on its class path than it needs. */
public final class ReaderOnlyMain {

    /** A row of the cache. */
    public record Order(long id, String customer) {}

    private ReaderOnlyMain() {}

    /** @param arguments the URI of Redis */
    public static void main(String[] arguments) {
        CacheProjection<Order> known = CacheProjection.from(SourceTable.of("public.orders", Order.class))
                .key(CachePipeline.KEY)
                .named(CachePipeline.PROJECTION)
                .ttl(Duration.ofMinutes(1))
                .build();
        CacheReaderBuilder<Order> byProjection = of(arguments[0]).projection(known);
        CacheReaderBuilder<Order> byName = of(arguments[0])
                .projection(CachePipeline.PROJECTION, CachePipeline.KEY, JsonCodec.of(Order.class), null);
        read(byProjection, 1);
        read(byName, 2);
    }

    private static CacheReaderBuilder<Object> of(String uri) {
        return CacheReader.of(uri).pipeline("shop").target("cache").timeout(Duration.ofSeconds(20));
    }

    private static void read(CacheReaderBuilder<Order> builder, long id) {
        try (CacheReader<Order> reader =
                builder.loader(key -> Optional.of(new Order(id, "Ann"))).build()) {
            reader.get(id);
            if (!reader.get(id).equals(Optional.of(new Order(id, "Ann")))
                    || reader.statistics().fills() != 1
                    || reader.statistics().hits() != 1) {
                throw new IllegalStateException(reader.statistics().toString());
            }
        }
    }
}
