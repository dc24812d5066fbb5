package dev.cdcpipeline.projection.redis;

import io.lettuce.core.MapScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads the index of projections on one server, where it is one hash for each of them. */
final class SingleIndex {
    /** So many rows are asked for at once. */
    private static final int WINDOW = 1024;

    private final Layout layout;

    SingleIndex(Layout layout) {
        this.layout = layout;
    }

    /** See {@link RedisStore#indexed}. */
    List<@Nullable IndexedRow> find(RedisLink link, String projection, List<String> rowIds) {
        List<@Nullable IndexedRow> found = new ArrayList<>(rowIds.size());
        for (int from = 0; from < rowIds.size(); from += WINDOW) {
            List<String> some = rowIds.subList(from, Math.min(rowIds.size(), from + WINDOW));
            Answers.await(link.commands()
                            .hmget(layout.index(projection, 0), some.toArray(String[]::new))
                            .toCompletableFuture())
                    .forEach(value -> found.add(value.hasValue() ? IndexedRow.parse(value.getValue()) : null));
        }
        return found;
    }

    /** See {@link RedisStore#scan}. A row may come twice. */
    void scan(RedisLink link, String projection, BiConsumer<String, IndexedRow> row) {
        ScanCursor cursor = ScanCursor.INITIAL;
        while (!cursor.isFinished()) {
            MapScanCursor<String, byte[]> page = Answers.await(link.commands()
                    .hscan(layout.index(projection, 0), cursor, ScanArgs.Builder.limit(WINDOW))
                    .toCompletableFuture());
            page.getMap().forEach((rowId, value) -> row.accept(rowId, IndexedRow.parse(value)));
            cursor = page;
        }
    }
}
