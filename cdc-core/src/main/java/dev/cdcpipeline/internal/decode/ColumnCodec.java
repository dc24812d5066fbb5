package dev.cdcpipeline.internal.decode;

import dev.cdcpipeline.failure.ConversionException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * How the values of one column, as Debezium gives them, become Java values and PostgreSQL text. Chosen once per schema, by
 * the Connect schema and, where that is not enough, the source column's type, which Debezium puts beside it when asked.
 *
 * @param java to the class that {@link dev.cdcpipeline.change.Row} promises
 * @param text to PostgreSQL's text form
 */
record ColumnCodec(Function<Object, Object> java, Function<Object, @Nullable String> text) {

    private static final String SOURCE_TYPE = "__debezium.source.column.type";
    /** What Debezium gives for a timestamp of infinity: PGStatement.DATE_POSITIVE_INFINITY in microseconds. */
    private static final long POSITIVE_INFINITY_MICROS = 9223372036825200000L;

    private static final long NEGATIVE_INFINITY_MICROS = -9223372036832400000L;
    /** What Debezium gives for a date of infinity: -5877611-06-21 and -5877611-06-22 in days. */
    private static final int POSITIVE_INFINITY_DAYS =
            (int) LocalDate.parse("-5877611-06-21").toEpochDay();

    private static final int NEGATIVE_INFINITY_DAYS =
            (int) LocalDate.parse("-5877611-06-22").toEpochDay();

    private static final Pattern INNER_ARRAY = Pattern.compile("\\[L[\\w.$]+;@[0-9a-f]+");

    private static final ColumnCodec PLAIN = new ColumnCodec(raw -> raw, Object::toString);
    private static final ColumnCodec NUMERIC = new ColumnCodec(ColumnCodec::decimal, ColumnCodec::decimalText);
    private static final ColumnCodec DATE = new ColumnCodec(ColumnCodec::date, ColumnCodec::dateText);
    private static final ColumnCodec TIMESTAMP = new ColumnCodec(ColumnCodec::timestamp, ColumnCodec::timestampText);
    private static final ColumnCodec TIME = new ColumnCodec(ColumnCodec::time, raw -> PostgresText.time((Long) raw));
    private static final ColumnCodec TIMESTAMP_WITH_ZONE =
            new ColumnCodec(ColumnCodec::timestampWithZone, raw -> PostgresText.timestampWithZone((String) raw));
    private static final ColumnCodec UUID_TEXT =
            new ColumnCodec(raw -> UUID.fromString((String) raw), Object::toString);
    private static final ColumnCodec BYTES = new ColumnCodec(ColumnCodec::bytes, raw -> PostgresText.bytes(bytes(raw)));

    static ColumnCodec of(String column, Schema schema) {
        return of(column, schema, sourceType(schema));
    }

    private static ColumnCodec of(String column, Schema schema, String sourceType) {
        String name = schema.name() == null ? "" : schema.name();
        return switch (schema.type()) {
            case INT8, INT16, FLOAT32, FLOAT64, BOOLEAN -> PLAIN;
            case INT32 -> name.equals("io.debezium.time.Date") ? DATE : PLAIN;
            case INT64 -> int64(name);
            case STRING -> string(name, sourceType);
            case BYTES -> BYTES;
            case ARRAY ->
                array(of(
                        column,
                        schema.valueSchema(),
                        sourceType.startsWith("_") ? sourceType.substring(1) : sourceType));
            default -> unsupported(column, schema);
        };
    }

    private static String sourceType(Schema schema) {
        String type = schema.parameters() == null ? null : schema.parameters().get(SOURCE_TYPE);
        return type == null ? "" : type;
    }

    private static ColumnCodec int64(String name) {
        return switch (name) {
            case "io.debezium.time.MicroTimestamp" -> TIMESTAMP;
            case "io.debezium.time.MicroTime" -> TIME;
            default -> PLAIN;
        };
    }

    private static ColumnCodec string(String name, String sourceType) {
        return switch (name) {
            case "io.debezium.time.ZonedTimestamp" -> TIMESTAMP_WITH_ZONE;
            case "io.debezium.data.Uuid" -> UUID_TEXT;
            default -> sourceType.equalsIgnoreCase("NUMERIC") ? NUMERIC : PLAIN;
        };
    }

    private static ColumnCodec array(ColumnCodec element) {
        return new ColumnCodec(
                raw -> {
                    List<@Nullable Object> values = new ArrayList<>();
                    for (Object item : (List<?>) raw) {
                        values.add(item == null ? null : element.java.apply(oneDimensional(item)));
                    }
                    return Collections.unmodifiableList(values);
                },
                raw -> PostgresText.array((List<?>) raw, item -> element.text.apply(oneDimensional(item))));
    }

    /** Debezium gives the inner arrays of a text array as what Java's toString makes of them, and of numbers as nulls. */
    private static Object oneDimensional(Object item) {
        if (item instanceof String text && INNER_ARRAY.matcher(text).matches()) {
            throw new ConversionException("an array of several dimensions cannot be carried");
        }
        return item;
    }

    private static ColumnCodec unsupported(String column, Schema schema) {
        Function<Object, Object> refuse = raw -> {
            throw new ConversionException("column '" + column + "' has a type that cannot be carried (" + schema.type()
                    + " " + schema.name() + ")");
        };
        return new ColumnCodec(refuse, raw -> (String) refuse.apply(raw));
    }

    private static Object decimal(Object raw) {
        String text = decimalText(raw);
        if (text.endsWith("Infinity") || text.equals("NaN")) {
            throw new ConversionException("numeric '" + text + "' has no BigDecimal; show the column as String");
        }
        return new BigDecimal(text);
    }

    private static String decimalText(Object raw) {
        return switch ((String) raw) {
            case "NAN" -> "NaN";
            case "POSITIVE_INFINITY" -> "Infinity";
            case "NEGATIVE_INFINITY" -> "-Infinity";
            default -> (String) raw;
        };
    }

    private static Object date(Object raw) {
        int days = (Integer) raw;
        if (days == POSITIVE_INFINITY_DAYS || days == NEGATIVE_INFINITY_DAYS) {
            throw new ConversionException("date '" + dateText(raw) + "' has no LocalDate");
        }
        return LocalDate.ofEpochDay(days);
    }

    private static String dateText(Object raw) {
        int days = (Integer) raw;
        if (days == POSITIVE_INFINITY_DAYS) {
            return PostgresText.INFINITY;
        }
        return days == NEGATIVE_INFINITY_DAYS
                ? PostgresText.MINUS_INFINITY
                : PostgresText.date(LocalDate.ofEpochDay(days));
    }

    private static Object timestamp(Object raw) {
        long micros = (Long) raw;
        if (micros == POSITIVE_INFINITY_MICROS || micros == NEGATIVE_INFINITY_MICROS) {
            throw new ConversionException("timestamp '" + timestampText(raw) + "' has no LocalDateTime");
        }
        return localDateTime(micros);
    }

    private static String timestampText(Object raw) {
        long micros = (Long) raw;
        if (micros == POSITIVE_INFINITY_MICROS) {
            return PostgresText.INFINITY;
        }
        return micros == NEGATIVE_INFINITY_MICROS
                ? PostgresText.MINUS_INFINITY
                : PostgresText.timestamp(localDateTime(micros));
    }

    private static LocalDateTime localDateTime(long micros) {
        return LocalDateTime.ofEpochSecond(
                Math.floorDiv(micros, 1_000_000L), (int) Math.floorMod(micros, 1_000_000L) * 1000, ZoneOffset.UTC);
    }

    private static Object time(Object raw) {
        long micros = (Long) raw;
        if (micros == 86_400_000_000L) {
            throw new ConversionException("time '24:00:00' has no LocalTime");
        }
        return LocalTime.ofNanoOfDay(micros * 1000);
    }

    private static Object timestampWithZone(Object raw) {
        String text = (String) raw;
        if (text.endsWith(PostgresText.INFINITY)) {
            throw new ConversionException("timestamptz '" + text + "' has no OffsetDateTime");
        }
        return OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC);
    }

    private static byte[] bytes(Object raw) {
        if (raw instanceof byte[] array) {
            return array;
        }
        ByteBuffer buffer = ((ByteBuffer) raw).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
