package dev.cdcpipeline.change;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Row#value(int)} gives for a column of some SQL type.
 *
 * @param valueClass the class of the values: {@code List} for an array, {@link Row} for a composite type, {@code Map} for hstore
 * @param element what an array holds; null unless it is one. Inner arrays of an array of several dimensions are lists as well
 * @param fields the fields of a composite type, by name in order; empty unless it is one
 * @param json whether the values are texts of JSON documents
 */
public record ValueType(Class<?> valueClass, @Nullable ValueType element, Map<String, ValueType> fields, boolean json) {

    /** A single value. */
    public static ValueType of(Class<?> valueClass) {
        return new ValueType(valueClass, null, Map.of(), false);
    }

    /** json or jsonb, as text. */
    public static ValueType ofJson() {
        return new ValueType(String.class, null, Map.of(), true);
    }

    /** An array. */
    public static ValueType listOf(ValueType element) {
        return new ValueType(List.class, element, Map.of(), false);
    }

    /** A composite type; {@code fields} keep their order. */
    public static ValueType rowOf(Map<String, ValueType> fields) {
        return new ValueType(Row.class, null, java.util.Collections.unmodifiableMap(fields), false);
    }
}
