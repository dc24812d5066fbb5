package dev.cdcpipeline.internal.engine;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.bridge.StreamShapes;
import dev.cdcpipeline.internal.decode.TableShapes;
import dev.cdcpipeline.internal.postgres.CatalogShapes;
import dev.cdcpipeline.internal.postgres.SourceTypes;
import dev.cdcpipeline.internal.shape.CapturedTables;
import dev.cdcpipeline.internal.shape.PgTypes;
import dev.cdcpipeline.internal.shape.TableShape;
import dev.cdcpipeline.shard.PostgresShard;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** What an engine run asks of its source's catalog; connects when first asked. */
final class RunSource implements AutoCloseable {
    private final SourceTypes types;
    private final CatalogShapes catalog;

    RunSource(PostgresShard shard, CapturedTables captured) {
        this.types = new SourceTypes(shard);
        this.catalog = new CatalogShapes(shard, captured);
    }

    PgTypes types() {
        return types;
    }

    /** Shapes of what streams as the stream describes it, of what a load reads as the catalog does. */
    TableShapes shapes(StreamShapes stream) {
        return new TableShapes() {
            @Override
            public @Nullable TableShape streamed(Schema rowSchema) {
                return stream.of(rowSchema);
            }

            @Override
            public TableShape read(TableName table) {
                return catalog.of(table);
            }
        };
    }

    @Override
    public void close() {
        types.close();
    }
}
