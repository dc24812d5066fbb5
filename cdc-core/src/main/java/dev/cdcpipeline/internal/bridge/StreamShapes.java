package dev.cdcpipeline.internal.bridge;

import dev.cdcpipeline.internal.shape.TableShape;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Which shape of a table the records of a schema have. Schemas are told apart by identity: two shapes may have schemas that are
 * equal, with other types behind the texts. Written by the thread that streams, read by the one that handles batches.
 */
public final class StreamShapes {
    private final Map<Schema, TableShape> shapes = Collections.synchronizedMap(new IdentityHashMap<>());

    /** Null for a schema that the stream has not described: of rows that a load has read. */
    public @Nullable TableShape of(Schema rowSchema) {
        return shapes.get(rowSchema);
    }

    void put(Schema rowSchema, TableShape shape) {
        shapes.put(rowSchema, shape);
    }
}
