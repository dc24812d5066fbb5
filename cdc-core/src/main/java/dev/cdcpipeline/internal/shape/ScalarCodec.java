package dev.cdcpipeline.internal.shape;

import dev.cdcpipeline.change.Interval;
import dev.cdcpipeline.change.ValueType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** Values that are neither arrays nor rows. A type that is not here is shown as its text. */
final class ScalarCodec implements TextCodec {
    static final TextCodec TEXT = new ScalarCodec("text", ValueType.of(String.class), text -> text);

    private static final Map<String, TextCodec> BY_NAME = new HashMap<>();

    static {
        put("int2", Short.class, Short::valueOf);
        put("int4", Integer.class, Integer::valueOf);
        put("int8", Long.class, Long::valueOf);
        put("oid", Long.class, Long::valueOf);
        put("float4", Float.class, Float::valueOf);
        put("float8", Double.class, Double::valueOf);
        put("numeric", BigDecimal.class, NumberText::numeric);
        put("money", BigDecimal.class, NumberText::money);
        put("bool", Boolean.class, NumberText::bool);
        put("bytea", byte[].class, ByteText::bytes);
        put("date", LocalDate.class, DateTimeText::date);
        put("timestamp", LocalDateTime.class, DateTimeText::timestamp);
        put("timestamptz", OffsetDateTime.class, DateTimeText::timestampWithZone);
        put("time", LocalTime.class, DateTimeText::time);
        put("timetz", OffsetTime.class, DateTimeText::timeWithZone);
        put("interval", Interval.class, IntervalText::interval);
        put("uuid", UUID.class, UUID::fromString);
        BY_NAME.put("json", new ScalarCodec("json", ValueType.ofJson(), text -> text));
        BY_NAME.put("jsonb", new ScalarCodec("jsonb", ValueType.ofJson(), text -> text));
    }

    /** Of an extension, which may be in any schema. */
    private static final TextCodec HSTORE = new ScalarCodec("hstore", ValueType.of(Map.class), HstoreText::map);

    private final String name;
    private final ValueType valueType;
    private final Function<String, Object> parser;

    private ScalarCodec(String name, ValueType valueType, Function<String, Object> parser) {
        this.name = name;
        this.valueType = valueType;
        this.parser = parser;
    }

    private static void put(String name, Class<?> valueClass, Function<String, Object> parser) {
        BY_NAME.put(name, new ScalarCodec(name, ValueType.of(valueClass), parser));
    }

    static TextCodec of(PgType base) {
        if (base.schema().equals("pg_catalog")) {
            return BY_NAME.getOrDefault(base.name(), TEXT);
        }
        return base.name().equals("hstore") ? HSTORE : TEXT;
    }

    @Override
    public Object value(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException | DateTimeException | ArithmeticException | IndexOutOfBoundsException e) {
            // Without the cause: its message tells the value.
            throw Unreadable.as(name, valueType.valueClass().getSimpleName());
        }
    }

    @Override
    public ValueType valueType() {
        return valueType;
    }
}
