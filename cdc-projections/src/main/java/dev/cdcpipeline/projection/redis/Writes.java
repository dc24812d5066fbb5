package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.projection.redis.Write.Phase;
import dev.cdcpipeline.projection.redis.Write.Stretch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The writes of one batch, in order. Every write to the same key comes once. */
final class Writes {
    /** No expiry. */
    static final long FOR_EVER = 0;

    private final Layout layout;
    private final List<Write> writes = new ArrayList<>();
    private Stretch last = Stretch.NONE;
    private @Nullable IndexedRow lastRow;
    private String lastProjection = "";
    private int lastSlot;

    Writes(Layout layout) {
        this.layout = layout;
    }

    List<Write> all() {
        return writes;
    }

    boolean isEmpty() {
        return writes.isEmpty();
    }

    /** Puts a value, and notes it in the index under its key. Whoever is about to fill it is told off. */
    void set(String projection, String entry, byte[] value, long ttlMillis, IndexedRow row) {
        if (ttlMillis == FOR_EVER) {
            entry('S', entry, stretch(projection, entry, row), List.of(value));
        } else {
            entry('V', entry, stretch(projection, entry, row), List.of(value, number(ttlMillis)));
        }
    }

    /** Puts fields of a hash, and notes it in the index under its key. */
    void fields(
            String projection,
            String entry,
            Map<String, byte[]> fields,
            boolean replace,
            long ttlMillis,
            IndexedRow row) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(number(ttlMillis));
        arguments.add(bytes(replace ? "1" : "0"));
        arguments.add(number(fields.size()));
        fields.forEach((field, value) -> {
            arguments.add(bytes(field));
            arguments.add(value);
        });
        entry('H', entry, stretch(projection, entry, row), arguments);
    }

    /** Removes an entry of {@link #set} or {@link #fields} and its row in the index. For a moment nobody can fill it. */
    void delete(String projection, String entry) {
        deleteOf("", projection, entry);
    }

    /** The same unless the entry is another shard's by then: for what the index was looked through for. */
    void deleteOf(String shard, String projection, String entry) {
        int slot = layout.slotOf(entry);
        entry('D', entry, new Stretch(layout.index(projection, slot), shard, layout.leases(slot)), List.of());
    }

    private void entry(char operation, String entry, Stretch stretch, List<byte[]> arguments) {
        writes.add(new Write(operation, stretch, List.of(entry), arguments, layout.slotOf(entry), Phase.DATA));
    }

    /** Most rows of a batch have the same. */
    private Stretch stretch(String projection, String entry, IndexedRow row) {
        int slot = layout.slotOf(entry);
        if (slot != lastSlot || !projection.equals(lastProjection) || !row.equals(lastRow)) {
            last = new Stretch(layout.index(projection, slot), row.text(), layout.leases(slot));
            lastSlot = slot;
            lastProjection = projection;
            lastRow = row;
        }
        return last;
    }

    void addMember(String set, String member) {
        one('A', set, Phase.DATA, bytes(member));
    }

    void removeMember(String set, String member) {
        one('R', set, Phase.DATA, bytes(member));
    }

    void score(String sortedSet, String member, String score) {
        one('Z', sortedSet, Phase.DATA, bytes(member), bytes(score));
    }

    void removeScored(String sortedSet, String member) {
        one('Y', sortedSet, Phase.DATA, bytes(member));
    }

    /** Has a row add this much to a counter, instead of what it added before. */
    void count(String counter, String rowId, long amount) {
        counted('C', counter, bytes(rowId), number(amount));
    }

    /** Takes back what a row has added to a counter. A counter without rows goes. */
    void uncount(String counter, String rowId) {
        counted('U', counter, bytes(rowId));
    }

    private void counted(char operation, String counter, byte[]... arguments) {
        int slot = layout.slotOf(counter);
        List<String> keys = List.of(counter, layout.counted(counter, slot));
        writes.add(new Write(operation, Stretch.NONE, keys, List.of(arguments), slot, Phase.DATA));
    }

    /** Notes where a row is that is not kept under its own key, after it is there. */
    void index(String projection, String rowId, IndexedRow row) {
        index('I', Phase.INDEX, projection, rowId, bytes(rowId), bytes(row.text()));
    }

    /** Notes where a row was and will be, before anything is done about it. */
    void intend(String projection, String rowId, IndexedRow row) {
        index('I', Phase.INTENT, projection, rowId, bytes(rowId), bytes(row.text()));
    }

    /** Notes beside a place that a row will be there: the index of the row may be lost with another master of a cluster. */
    void placing(String projection, String place, String rowId, IndexedRow row) {
        placed('I', Phase.PLACING, projection, place, bytes(PlacedRows.field(place, rowId)), bytes(row.text()));
    }

    /** Takes {@link #placing} back, after the row has left the place. */
    void displaced(String projection, String place, String rowId) {
        placed('X', Phase.RETRACT, projection, place, bytes(PlacedRows.field(place, rowId)));
    }

    private void placed(char operation, Phase phase, String projection, String place, byte[]... arguments) {
        int slot = layout.slotOf(place);
        note(operation, layout.placed(projection, slot), slot, phase, arguments);
    }

    void unindex(String projection, String rowId) {
        index('X', Phase.INDEX, projection, rowId, bytes(rowId));
    }

    private void index(char operation, Phase phase, String projection, String rowId, byte[]... arguments) {
        int slot = layout.slotOf(rowId);
        note(operation, layout.index(projection, slot), slot, phase, arguments);
    }

    private void note(char operation, String key, int slot, Phase phase, byte[]... arguments) {
        writes.add(new Write(operation, Stretch.of(key), List.of(), List.of(arguments), slot, phase));
    }

    /**
     * Has every fill of a reader come to nothing that began before, in this slot; on one server any slot will do.
     *
     * @param projections those that readers may fill from now on, as far as this shard is concerned
     */
    void admitFills(int slot, Collection<String> projections) {
        List<byte[]> arguments =
                List.of(bytes(UUID.randomUUID().toString()), bytes(String.join("\u001f", projections)));
        writes.add(new Write('F', Stretch.NONE, List.of(), arguments, slot, Phase.DATA));
    }

    /** Forgets rows of {@link #set} or {@link #fields} in this slot whose entries have expired; at first looks at so many. */
    void prune(String projection, int slot, int most) {
        note('E', layout.index(projection, slot), slot, Phase.INDEX, number(most));
    }

    /** Tells subscribers of a channel. */
    void publish(String channel, byte[] message) {
        int slot = layout.slotOf(channel);
        List<byte[]> arguments = List.of(bytes(channel), message);
        writes.add(new Write('P', Stretch.NONE, List.of(), arguments, slot, Phase.NOTICE));
    }

    /** Appends to a stream and cuts it to about this length; 0 for never. */
    void append(String stream, Map<String, byte[]> fields, long length) {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(number(length));
        arguments.add(number(fields.size()));
        fields.forEach((field, value) -> {
            arguments.add(bytes(field));
            arguments.add(value);
        });
        writes.add(new Write('T', Stretch.NONE, List.of(stream), arguments, layout.slotOf(stream), Phase.NOTICE));
    }

    private void one(char operation, String key, Phase phase, byte[]... arguments) {
        writes.add(new Write(operation, Stretch.NONE, List.of(key), List.of(arguments), layout.slotOf(key), phase));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] number(long number) {
        return bytes(Long.toString(number));
    }
}
