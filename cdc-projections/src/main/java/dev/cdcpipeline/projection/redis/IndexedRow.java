package dev.cdcpipeline.projection.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What the index of a projection holds of a row that is in Redis.
 *
 * @param shard whose row it is; empty for one that a reader has filled, who does not know
 * @param mark the number of the load that found or made it so; see {@link RedisSession}
 * @param expires when what the row has made expires by itself, in seconds since 1970, at the latest; 0 for never
 * @param places where the row is, if that depends on more than its key; in a cluster two while it moves
 */
record IndexedRow(String shard, long mark, long expires, List<String> places) {
    /** The mark of a row that is being moved or removed; no load has it. */
    static final long UNCERTAIN = -1;

    static final char SEPARATOR = '\u001f';
    private static final String ESCAPE = "\u001e";

    IndexedRow {
        places = List.copyOf(places);
    }

    /** The form that is stored. */
    String text() {
        StringBuilder text = new StringBuilder(shard);
        text.append(SEPARATOR).append(Long.toString(mark, Character.MAX_RADIX));
        text.append(SEPARATOR).append(Long.toString(expires, Character.MAX_RADIX));
        places.forEach(place -> text.append(SEPARATOR).append(escaped(place)));
        return text.toString();
    }

    /** Reads the form that is stored, as it comes from Redis. */
    static IndexedRow parse(byte[] stored) {
        return parse(new String(stored, StandardCharsets.UTF_8));
    }

    /**
     * Reads the form that is stored.
     *
     * @throws IllegalArgumentException if it is not such a form
     */
    static IndexedRow parse(String text) {
        String[] parts = text.split(String.valueOf(SEPARATOR), -1);
        if (parts.length < 3) {
            throw new IllegalArgumentException("not a row of an index; does somebody else write our keys?");
        }
        return new IndexedRow(
                parts[0],
                Long.parseLong(parts[1], Character.MAX_RADIX),
                Long.parseLong(parts[2], Character.MAX_RADIX),
                List.of(parts).subList(3, parts.length).stream()
                        .map(IndexedRow::unescaped)
                        .toList());
    }

    private static String escaped(String place) {
        boolean isPlain = place.indexOf(SEPARATOR) < 0 && !place.contains(ESCAPE);
        return isPlain ? place : place.replace(ESCAPE, ESCAPE + "0").replace(String.valueOf(SEPARATOR), ESCAPE + "1");
    }

    private static String unescaped(String part) {
        return part.contains(ESCAPE)
                ? part.replace(ESCAPE + "1", String.valueOf(SEPARATOR)).replace(ESCAPE + "0", ESCAPE)
                : part;
    }
}
