package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.change.TableName;
import dev.cdcpipeline.internal.shape.TableShape;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/** Tells which shape of a table the rows of a schema have. */
public interface TableShapes {

    /** As the stream has described it; null for rows that a load has read. */
    @Nullable
    TableShape streamed(Schema rowSchema);

    /**
     * As the catalog has it now, for rows that a load has read.
     *
     * @throws dev.cdcpipeline.failure.CdcException if the source does not answer, or has no such table any more
     */
    TableShape read(TableName table);
}
