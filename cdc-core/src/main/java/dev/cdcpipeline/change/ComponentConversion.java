package dev.cdcpipeline.change;

import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Turns what {@link Row} gives into what a record's component is: widening, Instant, enum, list and array. */
final class ComponentConversion {
    private final Type type;
    private volatile @Nullable Known last;

    /** The conversion for the class of values seen last; a column has one class of values, so this nearly always hits. */
    private record Known(Class<?> valueClass, Function<Object, Object> function) {}

    ComponentConversion(Type type) {
        this.type = type;
    }

    /** @throws IllegalArgumentException if this component cannot take the value */
    Object convert(Object value) {
        Known known = last;
        if (known == null || known.valueClass != value.getClass()) {
            known = new Known(value.getClass(), conversionOf(value));
            last = known;
        }
        return known.function.apply(value);
    }

    private Function<Object, Object> conversionOf(Object value) {
        Function<Object, Object> function =
                value instanceof List<?> ? listConversion(type) : scalar(type, value.getClass());
        if (function == null) {
            throw new IllegalArgumentException(
                    value.getClass().getSimpleName() + " does not fit " + type.getTypeName());
        }
        return function;
    }

    /** The conversion from values of a class (elements, if array) to a component's type; null if there is none. */
    static @Nullable Function<Object, Object> find(Type type, Class<?> valueClass, boolean array) {
        if (!array) {
            return scalar(type, valueClass);
        }
        Type element = elementType(type);
        return element != null && scalar(element, valueClass) != null ? listConversion(type) : null;
    }

    private static @Nullable Function<Object, Object> scalar(Type type, Class<?> valueClass) {
        if (!(type instanceof Class<?> declared)) {
            return null;
        }
        Class<?> target = MethodType.methodType(declared).wrap().returnType();
        if (target.isAssignableFrom(valueClass)) {
            return value -> value;
        }
        if (Number.class.isAssignableFrom(valueClass)) {
            return widening(target, valueClass);
        }
        if (target == Instant.class && valueClass == OffsetDateTime.class) {
            return value -> ((OffsetDateTime) value).toInstant();
        }
        if (target == String.class && valueClass == UUID.class) {
            return Object::toString;
        }
        return target.isEnum() && valueClass == String.class ? enumConversion(target) : null;
    }

    private static @Nullable Function<Object, Object> widening(Class<?> target, Class<?> valueClass) {
        boolean small = valueClass == Short.class;
        boolean integer = small || valueClass == Integer.class;
        if (target == Integer.class && small) {
            return value -> ((Number) value).intValue();
        }
        if (target == Long.class && integer) {
            return value -> ((Number) value).longValue();
        }
        if (target == BigDecimal.class && (integer || valueClass == Long.class)) {
            return value -> BigDecimal.valueOf(((Number) value).longValue());
        }
        if (target == Double.class && valueClass == Float.class) {
            return value -> ((Number) value).doubleValue();
        }
        return null;
    }

    /** A label is matched by the constant's name, else by its upper-case form with {@code _} for other characters. */
    private static Function<Object, Object> enumConversion(Class<?> target) {
        Map<String, Object> byLabel = new HashMap<>();
        for (Object constant : target.getEnumConstants()) {
            byLabel.put(((Enum<?>) constant).name(), constant);
        }
        return value -> {
            String label = (String) value;
            Object constant = byLabel.get(label);
            if (constant == null) {
                constant = byLabel.get(label.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9_]", "_"));
            }
            if (constant == null) {
                throw new IllegalArgumentException("no constant of " + target.getName() + " for label '" + label + "'");
            }
            return constant;
        };
    }

    private static @Nullable Type elementType(Type type) {
        if (type instanceof ParameterizedType generic
                && generic.getRawType() instanceof Class<?> raw
                && raw.isAssignableFrom(List.class)) {
            Type element = generic.getActualTypeArguments()[0];
            return element instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : element;
        }
        if (type instanceof GenericArrayType generic) {
            return generic.getGenericComponentType();
        }
        return type instanceof Class<?> c && c.isArray() ? c.getComponentType() : null;
    }

    private static @Nullable Function<Object, Object> listConversion(Type type) {
        Type element = elementType(type);
        if (element == null) {
            return null;
        }
        ComponentConversion elements = new ComponentConversion(element);
        Class<?> arrayOf = type instanceof Class<?> c && c.isArray() ? c.getComponentType() : null;
        return value -> {
            List<@Nullable Object> converted = new ArrayList<>();
            for (Object item : (List<?>) value) {
                converted.add(item == null ? null : elements.convert(item));
            }
            return arrayOf == null ? java.util.Collections.unmodifiableList(converted) : toArray(arrayOf, converted);
        };
    }

    private static Object toArray(Class<?> componentType, List<@Nullable Object> values) {
        Object array = Array.newInstance(componentType, values.size());
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null && componentType.isPrimitive()) {
                throw new IllegalArgumentException("a null element does not fit " + componentType.getName() + "[]");
            }
            Array.set(array, i, values.get(i));
        }
        return array;
    }
}
