package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Change;
import dev.cdcpipeline.change.Operation;
import dev.cdcpipeline.change.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps the rows of one shard where their columns say. */
final class ShardPlaces<T> implements ShardProjection {
    private final PlaceOptions<T> options;
    private final String shard;
    private final String prefix;
    private final PlaceWriter<T> writer;
    private final ReadColumns columns;

    ShardPlaces(PlaceOptions<T> options, String shard, PlaceWriter<T> writer) {
        this.options = options;
        this.shard = shard;
        this.prefix = shard + "/";
        this.writer = writer;
        this.columns = new ReadColumns(options.table());
    }

    @Override
    public String name() {
        return options.name();
    }

    /** With the member in it, so that the row can be removed when there is nothing but the index to tell of it. */
    @Override
    public String rowId(Row key) {
        return prefix + writer.member(shard, key);
    }

    private static String member(String rowId) {
        return rowId.substring(rowId.indexOf('/') + 1);
    }

    @Override
    public boolean isMoving() {
        return true;
    }

    @Override
    public void put(String rowId, Change<Row> change, @Nullable IndexedRow before, long mark, Writes writes) {
        Row row = Objects.requireNonNull(change.after());
        String place = columns.areGivenBy(row) ? options.place().render(shard, row) : null;
        if (place == null || !put(rowId, place, change, row, before, mark, writes)) {
            remove(rowId, change, before, writes);
        }
    }

    private boolean put(
            String rowId,
            String place,
            Change<Row> change,
            Row row,
            @Nullable IndexedRow before,
            long mark,
            Writes writes) {
        T shown = Objects.requireNonNull(options.table().typed(change).after());
        if (!options.filter().test(shown)) {
            return false;
        }
        List<String> old = before == null ? List.of() : before.places();
        boolean stays = old.equals(List.of(place));
        // A load may have been asked for because data were lost that the index still tells of.
        boolean isKnown = stays && change.operation() != Operation.READ && before != null && before.mark() == mark;
        if (!(isKnown && writer.isOnlyPresent()) && !writer.put(place, member(rowId), rowId, shown, row, writes)) {
            return false;
        }
        if (!stays) {
            List<String> both = new ArrayList<>(old);
            both.remove(place);
            both.forEach(left -> displace(rowId, left, writes));
            both.add(place);
            writes.intend(name(), rowId, uncertain(both));
        }
        IndexedRow now = new IndexedRow(shard, mark, 0, List.of(place));
        if (!isKnown) {
            writes.placing(name(), place, rowId, now);
        }
        if (!now.equals(before)) {
            writes.index(name(), rowId, now);
        }
        return true;
    }

    /** It may be at any of these places, or at none: whoever finds this must not leave a place alone because it is there. */
    private IndexedRow uncertain(List<String> places) {
        return new IndexedRow(shard, IndexedRow.UNCERTAIN, 0, places);
    }

    @Override
    public void remove(String rowId, @Nullable Change<Row> change, @Nullable IndexedRow before, Writes writes) {
        if (before != null) {
            writes.intend(name(), rowId, uncertain(before.places()));
            before.places().forEach(place -> displace(rowId, place, writes));
            writes.unindex(name(), rowId);
        }
    }

    @Override
    public void displace(String rowId, String place, Writes writes) {
        writer.remove(place, member(rowId), rowId, writes);
        writes.displaced(name(), place, rowId);
    }
}
