package dev.cdcpipeline.change;

import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes values, of whatever class they turn out to be, to a component's type. */
final class ValueConversion implements Conversion {
    private final Type type;
    private final @Nullable Class<?> raw;
    private final Converters converters;
    private final String where;
    private volatile @Nullable Known last;

    /** The conversion for the class of values seen last; a column has one class of values, so this nearly always hits. */
    private record Known(Class<?> valueClass, Function<Object, @Nullable Object> function) {}

    ValueConversion(Type type, Converters converters, String where) {
        this.type = type;
        this.raw = ComponentTypes.raw(type);
        this.converters = converters;
        this.where = where;
    }

    @Override
    public @Nullable Object convert(Object value) {
        Known known = last;
        if (known == null || known.valueClass != value.getClass()) {
            known = new Known(value.getClass(), from(value));
            last = known;
        }
        return known.function.apply(value);
    }

    private Function<Object, @Nullable Object> from(Object value) {
        Function<Object, @Nullable Object> function = find(value);
        if (function == null) {
            throw Misfit.ofClassOf(value, type.getTypeName());
        }
        return function;
    }

    private @Nullable Function<Object, @Nullable Object> find(Object value) {
        if (value instanceof List<?>) {
            Type element = ComponentTypes.element(type);
            if (element != null) {
                return new ListConversion(type, element, Conversion.to(element, converters, where))::convert;
            }
        }
        if (value instanceof Map<?, ?>) {
            return ComponentTypes.isTextMap(type) ? map -> map : null;
        }
        Function<Object, @Nullable Object> scalar = ScalarConversions.find(raw, value.getClass());
        if (scalar != null) {
            return scalar;
        }
        if (value instanceof Row) {
            return fields();
        }
        return value instanceof String && ComponentTypes.isDocument(type) ? json() : null;
    }

    private @Nullable Function<Object, @Nullable Object> fields() {
        if (raw == null || !ComponentTypes.isDocument(type)) {
            return null;
        }
        RecordMapping<?> mapping;
        try {
            mapping = RecordMapping.of(where, raw, converters);
        } catch (IllegalArgumentException e) {
            throw Misfit.ofType("a composite value does not fit: " + e.getMessage(), e);
        }
        return row -> mapping.map((Row) row);
    }

    private Function<Object, @Nullable Object> json() {
        JsonReader reader = converters.json();
        return document -> {
            try {
                return reader.read((String) document, type);
            } catch (IllegalArgumentException e) {
                throw Misfit.ofValue("as JSON: " + e.getMessage());
            }
        };
    }
}
