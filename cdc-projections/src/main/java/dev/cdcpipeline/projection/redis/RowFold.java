package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import dev.cdcpipeline.failure.CdcException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a batch leaves of each row, for one projection: the last change of it, in the order of the first. */
final class RowFold {
    private final ShardProjection projection;
    private final Map<String, Change<Row>> rows = new LinkedHashMap<>();
    private boolean truncated;

    RowFold(ShardProjection projection) {
        this.projection = projection;
    }

    void add(Change<Row> change) {
        if (change.operation() == Operation.TRUNCATE) {
            rows.clear();
            truncated = true;
            return;
        }
        Row key = change.key();
        if (key == null) {
            throw new CdcException("projection '" + projection.name() + "': a row of " + change.table()
                    + " has no key, by which it would be found again; give the table a primary key");
        }
        rows.put(projection.rowId(key), change);
    }

    ShardProjection projection() {
        return projection;
    }

    Map<String, Change<Row>> rows() {
        return rows;
    }

    /** Whether every row that was there before the batch is gone, unless it came again. */
    boolean isTruncated() {
        return truncated;
    }
}
