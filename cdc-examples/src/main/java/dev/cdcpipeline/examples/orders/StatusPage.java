package dev.cdcpipeline.examples.orders;

import dev.cdcpipeline.CdcPipeline;
import dev.cdcpipeline.projection.redis.CacheReader;
import java.util.stream.Collectors;

/** What the pipeline and the reader say of themselves, and what can be tried. */
record StatusPage(CdcPipeline pipeline, CacheReader<Order> reader) {

    String text(String address) {
        String shards = pipeline.status().shards().stream()
                .map(shard -> "%s: %s, %s, %d changes applied, lag %s"
                        .formatted(
                                shard.shard(),
                                shard.state(),
                                shard.health().status(),
                                shard.appliedTotal(),
                                shard.lag().map(lag -> lag.toMillis() + " ms").orElse("not known")))
                .collect(Collectors.joining("\n"));
        return """
                %s
                %s

                curl -i %3$s/orders/1                     # X-Cache: hit or miss
                curl -X PUT -d shipped %3$s/orders/1      # changes the row in PostgreSQL, not the cache
                curl -i %3$s/orders/1/watch               # answers when the change has arrived
                curl -X DELETE %3$s/orders/2
                """.formatted(shards, reader.statistics(), address);
    }
}
