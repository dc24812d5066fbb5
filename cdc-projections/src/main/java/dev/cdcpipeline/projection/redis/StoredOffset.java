package dev.cdcpipeline.projection.redis;

import dev.cdcpipeline.change.Position;
import dev.cdcpipeline.offset.LoadState;
import dev.cdcpipeline.offset.Offset;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a head holds of a shard.
 *
 * @param offset null if the target was never told where to begin
 * @param marks for each projection how many loads have begun that replace what is there
 */
record StoredOffset(@Nullable Offset offset, SortedMap<String, Long> marks) {
    /** The names under which it is stored. */
    static final List<String> FIELDS = List.of("boundary", "position", "load", "marks");

    /** What takes the place of an offset that is forgotten. The marks go on: the index has rows with them. */
    static final Map<String, String> NOWHERE = Map.of("boundary", "", "position", "", "load", "");

    private static final String SEPARATOR = "\u001f";

    static StoredOffset of(Map<String, String> fields) {
        String boundary = fields.get("boundary");
        Offset offset = boundary == null
                ? null
                : new Offset(
                        boundary,
                        Position.parse(fields.getOrDefault("position", "")),
                        LoadState.parse(fields.getOrDefault("load", "")));
        SortedMap<String, Long> marks = new TreeMap<>();
        String[] parts = fields.getOrDefault("marks", "").split(SEPARATOR, -1);
        for (int i = 0; i + 1 < parts.length; i += 2) {
            marks.put(parts[i], Long.parseLong(parts[i + 1]));
        }
        return new StoredOffset(offset, marks);
    }

    /** The whole form in which it is stored. */
    Map<String, String> text() {
        Map<String, String> text = fields(new StoredOffset(null, new TreeMap<>()));
        text.values().removeIf(String::isEmpty);
        return text;
    }

    /** The form in which it is stored, without what an earlier one has stored already. */
    Map<String, String> fields(StoredOffset stored) {
        Map<String, String> fields = new TreeMap<>();
        Offset before = stored.offset;
        if (offset != null) {
            fields.put("boundary", offset.boundary());
            fields.put("position", offset.position().toString());
            if (before == null || before.load() != offset.load()) {
                fields.put("load", offset.load().toText());
            }
        }
        if (!marks.equals(stored.marks)) {
            StringBuilder text = new StringBuilder();
            marks.forEach((projection, mark) ->
                    text.append(projection).append(SEPARATOR).append(mark).append(SEPARATOR));
            fields.put("marks", text.toString());
        }
        return fields;
    }
}
