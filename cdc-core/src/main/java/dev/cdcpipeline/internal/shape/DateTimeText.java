package dev.cdcpipeline.internal.shape;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;

/** Texts of dates and times in DateStyle ISO. */
final class DateTimeText {
    private static final String BEFORE_CHRIST = " BC";
    private static final String INFINITY = "infinity";
    private static final String END_OF_DAY = "24:00:00";

    private DateTimeText() {}

    static LocalDate date(String text) {
        requireFinite("date", text, "LocalDate");
        boolean bc = text.endsWith(BEFORE_CHRIST);
        TextCursor cursor = cursor(text, bc);
        LocalDate date = date(cursor, bc);
        cursor.expectEnd();
        return date;
    }

    static LocalDateTime timestamp(String text) {
        requireFinite("timestamp", text, "LocalDateTime");
        boolean bc = text.endsWith(BEFORE_CHRIST);
        TextCursor cursor = cursor(text, bc);
        LocalDateTime timestamp = timestamp(cursor, bc);
        cursor.expectEnd();
        return timestamp;
    }

    static OffsetDateTime timestampWithZone(String text) {
        requireFinite("timestamptz", text, "OffsetDateTime");
        boolean bc = text.endsWith(BEFORE_CHRIST);
        TextCursor cursor = cursor(text, bc);
        LocalDateTime local = timestamp(cursor, bc);
        int offset = offsetSeconds(cursor);
        cursor.expectEnd();
        return (offset == 0 ? local : local.minusSeconds(offset)).atOffset(ZoneOffset.UTC);
    }

    static LocalTime time(String text) {
        if (text.equals(END_OF_DAY)) {
            throw Unreadable.word("time", END_OF_DAY, "LocalTime");
        }
        TextCursor cursor = new TextCursor(text);
        LocalTime time = time(cursor);
        cursor.expectEnd();
        return time;
    }

    static OffsetTime timeWithZone(String text) {
        if (text.startsWith(END_OF_DAY)) {
            throw Unreadable.word("timetz", END_OF_DAY, "OffsetTime");
        }
        TextCursor cursor = new TextCursor(text);
        LocalTime time = time(cursor);
        ZoneOffset offset = ZoneOffset.ofTotalSeconds(offsetSeconds(cursor));
        cursor.expectEnd();
        return OffsetTime.of(time, offset);
    }

    private static void requireFinite(String sqlType, String text, String javaType) {
        if (text.endsWith(INFINITY)) {
            throw Unreadable.word(sqlType, text, javaType);
        }
    }

    private static TextCursor cursor(String text, boolean bc) {
        return new TextCursor(text, bc ? text.length() - BEFORE_CHRIST.length() : text.length());
    }

    /** PostgreSQL counts no year 0: 1 BC is Java's year 0. */
    private static LocalDate date(TextCursor cursor, boolean bc) {
        int year = cursor.smallNumber();
        cursor.expect('-');
        int month = cursor.smallNumber();
        cursor.expect('-');
        return LocalDate.of(bc ? 1 - year : year, month, cursor.smallNumber());
    }

    private static LocalDateTime timestamp(TextCursor cursor, boolean bc) {
        LocalDate date = date(cursor, bc);
        cursor.expect(' ');
        return LocalDateTime.of(date, time(cursor));
    }

    private static LocalTime time(TextCursor cursor) {
        int hour = cursor.smallNumber();
        cursor.expect(':');
        int minute = cursor.smallNumber();
        cursor.expect(':');
        int second = cursor.smallNumber();
        return LocalTime.of(hour, minute, second, cursor.nanos());
    }

    /** {@code +00}, {@code -03:30}, or of a zone's old local time {@code +00:19:32}. */
    private static int offsetSeconds(TextCursor cursor) {
        boolean west = cursor.skip('-');
        if (!west) {
            cursor.expect('+');
        }
        int seconds = cursor.smallNumber() * 3600;
        if (cursor.skip(':')) {
            seconds += cursor.smallNumber() * 60;
            if (cursor.skip(':')) {
                seconds += cursor.smallNumber();
            }
        }
        return west ? -seconds : seconds;
    }
}
