package dev.cdcpipeline.change;

import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Takes one value to a component's type, or to that of a list's elements. */
interface Conversion {

    /**
     * @param value for a type that reads text ({@link Converters#readsText}) the text, else what a row gives
     * @throws Misfit if it does not fit
     */
    @Nullable
    Object convert(Object value);

    /** What stands for null. */
    default @Nullable Object absent() {
        return null;
    }

    /** @param where for errors: the table and the column */
    static Conversion to(Type type, Converters converters, String where) {
        ColumnConverter<?> converter = converters.of(type);
        if (converter != null) {
            return text -> convert(converter, (String) text);
        }
        Type held = ComponentTypes.optional(type);
        return held == null
                ? new ValueConversion(type, converters, where)
                : new OfOptional(type, to(held, converters, where));
    }

    private static Object convert(ColumnConverter<?> converter, String text) {
        Object converted;
        try {
            converted = converter.fromText(text);
        } catch (RuntimeException e) {
            throw Misfit.ofConverter(converter, e);
        }
        if (converted == null) {
            throw Misfit.ofValue("its converter to " + converter.type().getName() + " returned null");
        }
        return converted;
    }

    /** Wraps what another makes. */
    record OfOptional(Type type, Conversion held) implements Conversion {

        @Override
        public @Nullable Object convert(Object value) {
            return wrap(held.convert(value));
        }

        @Override
        public Object absent() {
            return wrap(null);
        }

        private Object wrap(@Nullable Object value) {
            if (type == OptionalInt.class) {
                return value == null ? OptionalInt.empty() : OptionalInt.of((Integer) value);
            }
            if (type == OptionalLong.class) {
                return value == null ? OptionalLong.empty() : OptionalLong.of((Long) value);
            }
            if (type == OptionalDouble.class) {
                return value == null ? OptionalDouble.empty() : OptionalDouble.of((Double) value);
            }
            return Optional.ofNullable(value);
        }
    }
}
