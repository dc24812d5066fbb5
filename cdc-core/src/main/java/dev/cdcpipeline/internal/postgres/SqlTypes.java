package dev.cdcpipeline.internal.postgres;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which Java class {@link dev.cdcpipeline.change.Row} gives for a SQL type; what is not here is not carried yet. */
final class SqlTypes {
    private static final Map<String, Class<?>> CLASSES = Map.ofEntries(
            Map.entry("int2", Short.class),
            Map.entry("int4", Integer.class),
            Map.entry("int8", Long.class),
            Map.entry("float4", Float.class),
            Map.entry("float8", Double.class),
            Map.entry("bool", Boolean.class),
            Map.entry("numeric", BigDecimal.class),
            Map.entry("text", String.class),
            Map.entry("varchar", String.class),
            Map.entry("bpchar", String.class),
            Map.entry("citext", String.class),
            Map.entry("json", String.class),
            Map.entry("jsonb", String.class),
            Map.entry("uuid", UUID.class),
            Map.entry("date", LocalDate.class),
            Map.entry("time", LocalTime.class),
            Map.entry("timestamp", LocalDateTime.class),
            Map.entry("timestamptz", OffsetDateTime.class),
            Map.entry("bytea", byte[].class));

    /**
     * Elements of arrays that arrive as they are. Of others, Debezium gives null for an array that an update did not touch and
     * that is stored out of line, which nobody can tell from NULL; and it cuts the microseconds of a time[],
     * and makes other days of old dates in a date[].
     */
    private static final Set<String> CARRIED_IN_ARRAYS =
            Set.of("int4", "int8", "text", "varchar", "bpchar", "json", "jsonb", "uuid", "bytea");

    private static final Pattern NUMERIC = Pattern.compile("numeric(\\(.*)?");

    private SqlTypes() {}

    /** The class of the column's values, of its elements if it is an array; null if the type is not carried. */
    static @Nullable Class<?> javaClass(SourceColumn column) {
        if (column.isArray()) {
            return CARRIED_IN_ARRAYS.contains(column.baseType()) ? CLASSES.get(column.baseType()) : null;
        }
        if (column.baseType().equals("numeric")
                && !NUMERIC.matcher(column.sqlType()).matches()) {
            return String.class; // of a domain Debezium tells the domain's name only
        }
        return column.isEnum() ? String.class : CLASSES.get(column.baseType());
    }
}
