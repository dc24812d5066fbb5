package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.Interval;

/** The text of an interval in IntervalStyle postgres: {@code 1 year 2 mons -3 days +04:05:06.789}. */
final class IntervalText {
    private static final long MICROS_PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1000;

    private IntervalText() {}

    static Interval interval(String text) {
        if (text.endsWith("infinity")) {
            throw Unreadable.word("interval", text, "Interval");
        }
        TextCursor cursor = new TextCursor(text);
        long months = 0;
        long days = 0;
        long micros = 0;
        do {
            boolean negative = cursor.skip('-');
            if (!negative) {
                cursor.skip('+');
            }
            long number = negative ? -cursor.number() : cursor.number();
            if (cursor.skip(':')) {
                micros = micros(number, negative, cursor);
            } else if (cursor.skip(" year")) {
                months += number * 12;
            } else if (cursor.skip(" mon")) {
                months += number;
            } else if (cursor.skip(" day")) {
                days = number;
            } else {
                throw TextCursor.unexpected();
            }
            cursor.skip('s');
        } while (cursor.skip(' '));
        cursor.expectEnd();
        return new Interval(Math.toIntExact(months), Math.toIntExact(days), micros);
    }

    /** Counts down if negative: the smallest number of microseconds has no positive one. */
    private static long micros(long hours, boolean negative, TextCursor cursor) {
        int minutes = cursor.smallNumber();
        cursor.expect(':');
        int seconds = cursor.smallNumber();
        long rest = (minutes * 60L + seconds) * MICROS_PER_SECOND + cursor.nanos() / NANOS_PER_MICRO;
        return Math.addExact(Math.multiplyExact(hours, 3600 * MICROS_PER_SECOND), negative ? -rest : rest);
    }
}
