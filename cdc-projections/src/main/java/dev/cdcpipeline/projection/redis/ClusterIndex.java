package dev.cdcpipeline.projection.redis;

import io.lettuce.core.cluster.SlotHash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Reads the index of projections in a cluster, many slots at once. */
final class ClusterIndex {
    /** So many answers are waited for at once. */
    private static final int WINDOW = 1024;

    private final Layout layout;

    ClusterIndex(Layout layout) {
        this.layout = layout;
    }

    /** See {@link RedisStore#indexed}. */
    List<@Nullable IndexedRow> find(RedisLink link, String projection, List<String> rowIds) {
        List<@Nullable IndexedRow> found = new ArrayList<>(rowIds.size());
        pipelined(
                link,
                rowIds.size(),
                i -> {
                    String rowId = rowIds.get(i);
                    return link.commands()
                            .hget(layout.index(projection, layout.slotOf(rowId)), rowId)
                            .toCompletableFuture();
                },
                value -> found.add(value == null ? null : IndexedRow.parse(value)));
        return found;
    }

    /** See {@link RedisStore#scan}. */
    void scan(RedisLink link, String projection, BiConsumer<String, IndexedRow> row) {
        buckets(link, slot -> layout.index(projection, slot), row);
    }

    /** See {@link RedisStore#scanPlaces}. */
    void scanPlaces(RedisLink link, String projection, BiConsumer<String, IndexedRow> row) {
        buckets(
                link,
                slot -> layout.placed(projection, slot),
                (field, found) ->
                        row.accept(PlacedRows.rowId(field, found.places().get(0)), found));
    }

    private static void buckets(RedisLink link, IntFunction<String> key, BiConsumer<String, IndexedRow> row) {
        pipelined(
                link,
                SlotHash.SLOT_COUNT,
                slot -> link.commands().hgetall(key.apply(slot)).toCompletableFuture(),
                bucket -> bucket.forEach((field, value) -> row.accept(field, IndexedRow.parse(value))));
    }

    private static <T> void pipelined(
            RedisLink link,
            int count,
            IntFunction<CompletableFuture<@Nullable T>> question,
            Consumer<@Nullable T> answer) {
        for (int from = 0; from < count; from += WINDOW) {
            int first = from;
            int size = Math.min(count - from, WINDOW);
            List<CompletableFuture<@Nullable T>> asked = link.atOnce(size, i -> question.apply(first + i));
            asked.forEach(future -> answer.accept(Answers.await(future)));
        }
    }
}
