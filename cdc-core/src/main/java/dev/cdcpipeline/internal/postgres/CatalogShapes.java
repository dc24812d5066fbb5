package dev.cdcpipeline.internal.postgres;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.failure.TransientFailure;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.TableShape;
import dev.cdcpipeline.shard.PostgresShard;
import java.util.Set;

/** Shapes of a shard's captured tables as the catalog has them now, each asked for over a connection of its own: it is seldom. */
public final class CatalogShapes {
    private final PostgresShard shard;
    private final CapturedTables captured;

    public CatalogShapes(PostgresShard shard, CapturedTables captured) {
        this.shard = shard;
        this.captured = captured;
    }

    /**
     * @throws dev.cdcpipeline.failure.ShardStartException if the source does not answer
     * @throws TransientFailure if it has no such table any more
     */
    public TableShape of(TableName table) {
        try (SourceConnection source = SourceConnection.open(shard)) {
            return source.answer(() -> new SourceCatalog(source).find(table))
                    .map(info -> info.shape(column -> captured.wants(table, column)
                            && !captured.notStreamed()
                                    .getOrDefault(table, Set.of())
                                    .contains(column)))
                    .orElseThrow(() -> new TransientFailure(
                            source.shardName() + ": table " + table + " is gone while its rows were read"));
        }
    }
}
