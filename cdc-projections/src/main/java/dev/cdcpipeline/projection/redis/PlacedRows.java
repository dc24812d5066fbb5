package dev.cdcpipeline.projection.redis;

/** How a row is noted beside a place, in {@link Layout#placed}. */
final class PlacedRows {
    private static final char SEPARATOR = '\u001f';

    private PlacedRows() {}

    static String field(String place, String rowId) {
        return place + SEPARATOR + rowId;
    }

    static String rowId(String field, String place) {
        return field.substring(place.length() + 1);
    }
}
