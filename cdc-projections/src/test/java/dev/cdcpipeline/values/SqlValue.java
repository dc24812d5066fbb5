package dev.cdcpipeline.values;

import dev.cdcpipeline.change.Interval;
import dev.cdcpipeline.change.Row;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Writes a Java value as a SQL expression, by PostgreSQL's own constructors where there are any rather than by its text. */
final class SqlValue {

    private SqlValue() {}

    static String of(@Nullable Object value, String type) {
        return (value == null ? "null" : expression(value, type)) + "::" + type;
    }

    private static String expression(Object value, String type) {
        if (value instanceof LocalDate date) {
            return "make_date(" + day(date) + ")";
        }
        if (value instanceof OffsetDateTime timestamp) {
            return "make_timestamptz(" + parts(timestamp.toLocalDateTime()) + ", 'UTC')";
        }
        if (value instanceof LocalDateTime timestamp) {
            return "make_timestamp(" + parts(timestamp) + ")";
        }
        if (value instanceof LocalTime || value instanceof OffsetTime) {
            return "'" + value + "'";
        }
        if (value instanceof Interval interval) {
            return "(make_interval(months => " + interval.months() + ", days => " + interval.days() + ") + '"
                    + interval.microseconds() + " microseconds'::interval)";
        }
        if (value instanceof byte[] bytes) {
            return "decode('" + HexFormat.of().formatHex(bytes) + "', 'hex')";
        }
        if (value instanceof Map<?, ?> map) {
            return "hstore(" + texts(new ArrayList<>(map.keySet())) + ", " + texts(new ArrayList<>(map.values())) + ")";
        }
        if (value instanceof Row row) {
            return "row("
                    + IntStream.range(0, row.layout().columns().size())
                            .mapToObj(i -> of(row.value(i), row.layout().sqlType(i)))
                            .collect(Collectors.joining(", "))
                    + ")";
        }
        if (value instanceof List<?> list) {
            boolean domain = !type.endsWith("[]");
            return array(list, domain ? "text" : type.substring(0, type.length() - "[]".length()));
        }
        return quoted(value.toString());
    }

    private static String array(List<?> list, String element) {
        return "array["
                + list.stream()
                        .map(item -> item instanceof List<?> inner ? array(inner, element) : of(item, element))
                        .collect(Collectors.joining(", "))
                + "]";
    }

    private static String texts(List<?> values) {
        return of(values, "text[]");
    }

    private static String parts(LocalDateTime timestamp) {
        LocalTime time = timestamp.toLocalTime();
        return day(timestamp.toLocalDate()) + ", " + time.getHour() + ", " + time.getMinute() + ", " + time.getSecond()
                + "." + String.format(Locale.ROOT, "%09d", time.getNano());
    }

    /** Years before 1 are counted as Java does not: -1 is 1 BC. */
    private static String day(LocalDate date) {
        int year = date.getYear() < 1 ? date.getYear() - 1 : date.getYear();
        return year + ", " + date.getMonthValue() + ", " + date.getDayOfMonth();
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
