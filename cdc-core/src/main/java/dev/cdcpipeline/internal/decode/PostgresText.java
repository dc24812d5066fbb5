package dev.cdcpipeline.internal.decode;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** PostgreSQL's text forms of values that Java writes in another way (documentation, chapter "Data Types"). */
final class PostgresText {
    static final String INFINITY = "infinity";
    static final String MINUS_INFINITY = "-infinity";

    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private PostgresText() {}

    /** ISO date; a year before 1 is written as PostgreSQL counts it: year 0 is 1 BC. */
    static String date(LocalDate date) {
        if (date.getYear() >= 1 && date.getYear() <= 9999) {
            return date.toString();
        }
        boolean bc = date.getYear() < 1;
        int year = bc ? 1 - date.getYear() : date.getYear();
        String text = String.format(Locale.ROOT, "%04d-%02d-%02d", year, date.getMonthValue(), date.getDayOfMonth());
        return bc ? text + " BC" : text;
    }

    static String timestamp(LocalDateTime timestamp) {
        int year = timestamp.getYear();
        if (year >= 1 && year <= 9999) {
            return timestamp.toString();
        }
        String date = date(timestamp.toLocalDate());
        boolean bc = date.endsWith(" BC");
        String day = bc ? date.substring(0, date.length() - 3) : date;
        return day + " " + timestamp.toLocalTime() + (bc ? " BC" : "");
    }

    /** From the ISO form with offset that Debezium gives, which PostgreSQL reads as it is but for years out of 1 to 9999. */
    static String timestampWithZone(String iso) {
        char first = iso.charAt(0);
        if (first != '-' && first != '+' || iso.equals(MINUS_INFINITY)) {
            return iso;
        }
        LocalDateTime utc =
                OffsetDateTime.parse(iso).withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime();
        String text = timestamp(utc);
        return text.endsWith(" BC") ? text.substring(0, text.length() - 3) + "+00 BC" : text + "+00";
    }

    /** Microseconds of a day; PostgreSQL's {@code 24:00} is one more than Java's LocalTime can say. */
    static String time(long micros) {
        return micros == 86_400_000_000L
                ? "24:00:00"
                : LocalTime.ofNanoOfDay(micros * 1000).toString();
    }

    static String bytes(byte[] bytes) {
        char[] text = new char[2 + bytes.length * 2];
        text[0] = '\\';
        text[1] = 'x';
        for (int i = 0; i < bytes.length; i++) {
            text[2 + i * 2] = HEX[(bytes[i] >> 4) & 0xF];
            text[3 + i * 2] = HEX[bytes[i] & 0xF];
        }
        return new String(text);
    }

    /** An array literal; every element is quoted, which PostgreSQL reads for all types. */
    static String array(List<?> values, Function<Object, @Nullable String> element) {
        StringBuilder text = new StringBuilder("{");
        for (Object value : values) {
            if (text.length() > 1) {
                text.append(',');
            }
            String item = value instanceof List<?> inner ? array(inner, element) : null;
            if (item != null) {
                text.append(item);
                continue;
            }
            item = value == null ? null : element.apply(value);
            if (item == null) {
                text.append("NULL");
            } else {
                appendQuoted(text, item);
            }
        }
        return text.append('}').toString();
    }

    private static void appendQuoted(StringBuilder text, String item) {
        text.append('"');
        for (int i = 0; i < item.length(); i++) {
            char c = item.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\');
            }
            text.append(c);
        }
        text.append('"');
    }
}
