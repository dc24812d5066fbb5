package dev.cdcpipeline.projection.redis;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** Removes rows that the index of a projection tells of. What is too much for one write goes ahead, in several. */
final class IndexRemoval {
    /** Redis does nothing else while a write runs: so many removals take it a few milliseconds. */
    private static final int MOST = 5_000;

    private record Found(String rowId, IndexedRow row) {}

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
        remove(fold.projection(), (rowId, row) -> !fold.rows().containsKey(rowId), writes, besides);
    }

    /** Every row of the shard that has not come since the load with this mark began. */
    void removeOthers(RowFold fold, long mark, Writes writes, Consumer<Writes> besides) {
        remove(
                fold.projection(),
                (rowId, row) -> row.mark() != mark && !fold.rows().containsKey(rowId),
                writes,
                besides);
    }

    /** Every row of a projection that is given up. */
    void drop(ShardProjection projection, Consumer<Writes> besides) {
        Writes last = new Writes(layout);
        remove(projection, (rowId, row) -> true, last, besides);
        if (!last.isEmpty()) {
            besides.accept(last);
        }
    }

    private void remove(
            ShardProjection projection,
            BiPredicate<String, IndexedRow> isGone,
            Writes writes,
            Consumer<Writes> besides) {
        List<Found> gone = new ArrayList<>();
        endFills.run();
        store.scan(projection.name(), (rowId, row) -> {
            if ((row.shard().equals(shard) || row.shard().isEmpty()) && isGone.test(rowId, row)) {
                gone.add(new Found(rowId, row));
            }
        });
        int from = 0;
        for (; gone.size() - from > MOST; from += MOST) {
            Writes some = new Writes(layout);
            gone.subList(from, from + MOST).forEach(each -> remove(projection, each, some));
            besides.accept(some);
        }
        gone.subList(from, gone.size()).forEach(each -> remove(projection, each, writes));
    }

    private static void remove(ShardProjection projection, Found found, Writes writes) {
        projection.remove(found.rowId, null, found.row, writes);
    }
}
