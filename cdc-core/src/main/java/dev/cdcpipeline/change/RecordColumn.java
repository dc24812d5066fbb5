package dev.cdcpipeline.change;

import java.lang.reflect.Type;

/**
 * A component of a record and the column it shows.
 *
 * @param column the column's name
 * @param component the component's name
 * @param type the component's type, with its type arguments
 */
public record RecordColumn(String column, String component, Type type) {

    /**
     * Whether the component can take values of this class, which is what {@link Row} gives for the column's SQL type.
     *
     * @param valueClass for an array column the class of its elements
     * @param array whether the column is an array
     */
    public boolean accepts(Class<?> valueClass, boolean array) {
        return ComponentConversion.find(type, valueClass, array) != null;
    }

    /** Whether the component cannot be null. */
    public boolean isPrimitive() {
        return type instanceof Class<?> c && c.isPrimitive();
    }
}
