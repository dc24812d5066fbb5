package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Row;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps an entry of its own for each row of one shard: its key depends on the row's key only. */
final class ShardEntries<T> implements ShardProjection {
    private final EntryOptions<T> options;
    private final String shard;
    private final EntryWriter<T> writer;
    private final ReadColumns columns;

    ShardEntries(EntryOptions<T> options, String shard, EntryWriter<T> writer) {
        this.options = options;
        this.shard = shard;
        this.writer = writer;
        this.columns = new ReadColumns(options.table());
    }

    @Override
    public String name() {
        return options.name();
    }

    @Override
    public String rowId(Row key) {
        return options.key().of(shard, key);
    }

    @Override
    public boolean isMoving() {
        return false;
    }

    @Override
    public void put(String rowId, Change<Row> change, @Nullable IndexedRow before, long mark, Writes writes) {
        Row row = Objects.requireNonNull(change.after());
        if (columns.areGivenBy(row) && write(rowId, change, row, mark, writes)) {
            tell(rowId, "set", change, writes);
        } else {
            remove(rowId, change, before, writes);
        }
    }

    private boolean write(String rowId, Change<Row> change, Row row, long mark, Writes writes) {
        T shown = Objects.requireNonNull(options.table().typed(change).after());
        if (!options.filter().test(shown)) {
            return false;
        }
        long ttlMillis = options.expiry().next();
        IndexedRow indexed = new IndexedRow(shard, mark, options.expiry().expires(), List.of());
        return writer.write(rowId, shown, row, ttlMillis, indexed, writes);
    }

    @Override
    public void remove(String rowId, @Nullable Change<Row> change, @Nullable IndexedRow before, Writes writes) {
        if (change == null) {
            writes.deleteOf(shard, name(), rowId);
        } else {
            writes.delete(name(), rowId);
        }
        tell(rowId, "delete", change, writes);
    }

    private void tell(String rowId, String operation, @Nullable Change<Row> change, Writes writes) {
        for (Notification notification : options.notifications()) {
            notification.tell(rowId, operation, shard, change, writes);
        }
    }
}
