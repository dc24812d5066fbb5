package dev.cdcpipeline.change;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What the declared type of a component says. */
final class ComponentTypes {
    private static final Map<Class<?>, Class<?>> PRIMITIVE_OPTIONALS = Map.of(
            OptionalInt.class, Integer.class, OptionalLong.class, Long.class, OptionalDouble.class, Double.class);

    private ComponentTypes() {}

    /** Its class without type arguments; null for a type variable and an array of generics. */
    static @Nullable Class<?> raw(Type type) {
        if (type instanceof ParameterizedType generic) {
            return raw(generic.getRawType());
        }
        return type instanceof Class<?> c ? c : null;
    }

    /** What the optional holds; null for what is none. */
    static @Nullable Type optional(Type type) {
        Class<?> raw = raw(type);
        if (raw == null) {
            return null;
        }
        return raw == Optional.class ? argument(type, 0) : PRIMITIVE_OPTIONALS.get(raw);
    }

    /** What the list, or a supertype of it, or the array holds; null for what is none, and for {@code byte[]}. */
    static @Nullable Type element(Type type) {
        if (type instanceof GenericArrayType generic) {
            return generic.getGenericComponentType();
        }
        Class<?> raw = raw(type);
        if (raw == null || raw == Object.class || raw == byte[].class) {
            return null;
        }
        return raw.isAssignableFrom(List.class) ? argument(type, 0) : raw.getComponentType();
    }

    private static Type argument(Type type, int index) {
        if (!(type instanceof ParameterizedType generic)) {
            return Object.class;
        }
        Type argument = generic.getActualTypeArguments()[index];
        return argument instanceof WildcardType wildcard ? wildcard.getUpperBounds()[0] : argument;
    }

    /** Whether it is a map that keys and values of class String may be in. */
    static boolean isTextMap(Type type) {
        Class<?> raw = raw(type);
        return raw != null
                && raw.isAssignableFrom(Map.class)
                && (raw == Object.class || (holdsText(argument(type, 0)) && holdsText(argument(type, 1))));
    }

    private static boolean holdsText(Type argument) {
        return argument == String.class || argument == Object.class;
    }

    /** Whether a JSON document may be read as it: not what one column of another type is. */
    static boolean isDocument(Type type) {
        Class<?> raw = raw(type);
        if (element(type) != null || raw == Map.class) {
            return true;
        }
        return raw != null
                && !raw.isPrimitive()
                && !raw.isArray()
                && !raw.isEnum()
                && !raw.getName().startsWith("java.")
                && raw != Row.class
                && raw != Interval.class;
    }

    /** Whether it says by itself that a text must be a JSON document. */
    static boolean isPlainlyDocument(Type type, Converters converters) {
        Type element = element(type);
        if (element != null) {
            return isPlainlyDocument(element, converters);
        }
        Class<?> raw = raw(type);
        return raw != null
                && isDocument(type)
                && (raw == Map.class || raw.isRecord() || converters.json().isTree(raw));
    }
}
