package dev.cdcpipeline.projection.redis;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Removes rows that the index of a projection tells of. What is too much for one write goes ahead, in several. */
final class IndexRemoval {
    /** Redis does nothing else while a write runs: so many removals take it a few milliseconds. */
    private static final int MOST = 5_000;

    /** @param place where it is noted; null for the index */
    private record Found(
            String rowId, IndexedRow row, @Nullable String place) {}

    private final String shard;
    private final Layout layout;
    private final RedisStore store;
    private final Runnable endFills;

    /** @param endFills has every fill that began before come to nothing: one that the index does not show yet would stay */
    IndexRemoval(String shard, Layout layout, RedisStore store, Runnable endFills) {
        this.shard = shard;
        this.layout = layout;
        this.store = store;
        this.endFills = endFills;
    }

    /** Every row of the shard but those that the batch itself writes. */
    void removeAll(RowFold fold, Writes writes, Consumer<Writes> besides) {
        BiPredicate<String, IndexedRow> isGone = (rowId, row) -> !fold.rows().containsKey(rowId);
        remove(fold.projection(), isGone, isGone, writes, besides);
    }

    /** Every row of the shard that has not come since the load with this mark began. */
    void removeOthers(RowFold fold, long mark, Writes writes, Consumer<Writes> besides) {
        remove(
                fold.projection(),
                (rowId, row) -> row.mark() != mark && !fold.rows().containsKey(rowId),
                // Also of rows that the batch puts: where it puts them, they are noted anew.
                (rowId, row) -> row.mark() != mark,
                writes,
                besides);
    }

    /** Every row of a projection that is given up. */
    void drop(ShardProjection projection, Consumer<Writes> besides) {
        Writes last = new Writes(layout);
        remove(projection, (rowId, row) -> true, (rowId, row) -> true, last, besides);
        if (!last.isEmpty()) {
            besides.accept(last);
        }
    }

    private void remove(
            ShardProjection projection,
            BiPredicate<String, IndexedRow> isGone,
            BiPredicate<String, IndexedRow> isDisplaced,
            Writes writes,
            Consumer<Writes> besides) {
        Map<String, Found> found = new LinkedHashMap<>();
        endFills.run();
        store.scan(projection.name(), (rowId, row) -> {
            if ((row.shard().equals(shard) || row.shard().isEmpty()) && isGone.test(rowId, row)) {
                found.put(rowId, new Found(rowId, row, null)); // a scan may meet a row twice
            }
        });
        List<Found> gone = List.copyOf(found.values());
        if (projection.isMoving()) {
            displace(projection, isDisplaced, besides);
        }
        int from = 0;
        for (; gone.size() - from > MOST; from += MOST) {
            remove(projection, gone.subList(from, from + MOST), besides);
        }
        gone.subList(from, gone.size()).forEach(each -> remove(projection, each, writes));
    }

    /** Ahead of the batch, which may put the same rows at the same places. */
    private void displace(
            ShardProjection projection, BiPredicate<String, IndexedRow> isGone, Consumer<Writes> besides) {
        List<Found> gone = new ArrayList<>();
        store.scanPlaces(projection.name(), (rowId, row) -> {
            if (row.shard().equals(shard) && isGone.test(rowId, row)) {
                gone.add(new Found(rowId, row, row.places().get(0)));
            }
        });
        for (int from = 0; from < gone.size(); from += MOST) {
            remove(projection, gone.subList(from, Math.min(gone.size(), from + MOST)), besides);
        }
    }

    private void remove(ShardProjection projection, List<Found> gone, Consumer<Writes> besides) {
        Writes some = new Writes(layout);
        gone.forEach(each -> remove(projection, each, some));
        besides.accept(some);
    }

    private static void remove(ShardProjection projection, Found found, Writes writes) {
        if (found.place != null) {
            projection.displace(found.rowId, found.place, writes);
        } else {
            projection.remove(found.rowId, null, found.row, writes);
        }
    }
}
