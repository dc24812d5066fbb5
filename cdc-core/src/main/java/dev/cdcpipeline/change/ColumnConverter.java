package dev.cdcpipeline.change;

import java.util.Objects;
import java.util.function.Function;

/**
 * Makes a component's value from PostgreSQL's own text of it: for sealed types, value classes, money, ranges, and whatever has no
 * Java type of its own. It serves every component of its {@link #type()}, also within {@code Optional}, {@code List} and
 * composite types, but not within JSON. Given to one table with {@link SourceTable#with}, or to all of them as a service
 * ({@link java.util.ServiceLoader}); what is given wins, and either wins over what is built in.
 *
 * <p>Called by the threads of all shards at once.
 *
 * @param <T> what it makes
 */
public interface ColumnConverter<T> {

    /** The class of the components it serves; a subclass or superclass is not served. */
    Class<T> type();

    /**
     * Not called for SQL NULL.
     *
     * @param text exactly what PostgreSQL writes for the value, as {@link Row#text(int)} gives it: {@code [1,10)} for a range
     * @return never null
     * @throws RuntimeException if the text cannot be read; it becomes a {@code ConversionException} that names table, column and
     *     type, but neither the value nor this exception's message, which may tell it
     */
    T fromText(String text);

    /** A converter from a function. */
    static <T> ColumnConverter<T> of(Class<T> type, Function<String, T> fromText) {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(fromText, "fromText");
        return new ColumnConverter<>() {
            @Override
            public Class<T> type() {
                return type;
            }

            @Override
            public T fromText(String text) {
                return fromText.apply(text);
            }

            @Override
            public String toString() {
                return "ColumnConverter to " + type.getName();
            }
        };
    }
}
