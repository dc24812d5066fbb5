package dev.cdcpipeline.change;

import java.lang.reflect.Type;

/** A component of a record and the column it shows. Immutable. */
public final class RecordColumn {
    private final String column;
    private final String component;
    private final Type type;
    private final Converters converters;

    RecordColumn(String column, String component, Type type, Converters converters) {
        this.column = column;
        this.component = component;
        this.type = type;
        this.converters = converters;
    }

    /** The column's name. */
    public String column() {
        return column;
    }

    /** The component's name. */
    public String component() {
        return component;
    }

    /** The component's type, with its type arguments. */
    public Type type() {
        return type;
    }

    Converters converters() {
        return converters;
    }

    /**
     * Whether the component can take values of a column. Single values may still be refused: a label that an enum does not have,
     * null in a primitive, JSON of another form.
     *
     * @param column what {@link Row} gives for the column's SQL type
     * @throws IllegalStateException if JSON would have to be read and nothing on the class path can; the message says what to add
     */
    public boolean accepts(ValueType column) {
        try {
            return new ComponentFit(converters).accepts(type, column);
        } catch (Misfit e) {
            throw new IllegalStateException(
                    "component '" + component + "' (" + type.getTypeName() + "): " + e.getMessage(), e.getCause());
        }
    }

    /** Whether the component cannot be null. */
    public boolean isPrimitive() {
        return type instanceof Class<?> c && c.isPrimitive();
    }

    @Override
    public String toString() {
        return component + " (" + type.getTypeName() + ") shows " + column;
    }
}
