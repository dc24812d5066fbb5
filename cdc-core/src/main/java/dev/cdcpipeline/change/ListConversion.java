package dev.cdcpipeline.change;

import java.lang.reflect.Array;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes an array's values to a list or a Java array. How many dimensions it has is told by each value, not by the column's type
 * (PostgreSQL documentation, "Arrays").
 */
record ListConversion(Type type, Type element, Conversion elements) {

    Object convert(Object value) {
        List<@Nullable Object> converted = new ArrayList<>();
        for (Object item : (List<?>) value) {
            converted.add(item == null ? elements.absent() : element(item));
        }
        Class<?> raw = ComponentTypes.raw(type);
        if (raw != null && raw.isArray()) {
            return array(raw.getComponentType(), converted);
        }
        Class<?> ofGenerics = raw == null ? ComponentTypes.raw(element) : null;
        return ofGenerics == null ? Collections.unmodifiableList(converted) : array(ofGenerics, converted);
    }

    private @Nullable Object element(Object item) {
        Class<?> raw = ComponentTypes.raw(element);
        boolean wantsList = ComponentTypes.element(element) != null;
        if (item instanceof List<?> && !wantsList && raw != Object.class) {
            throw Misfit.ofValue("an array of more dimensions does not fit " + type.getTypeName());
        }
        if (wantsList && !(item instanceof List<?>)) {
            throw Misfit.ofValue("an array of fewer dimensions does not fit " + type.getTypeName());
        }
        return elements.convert(item);
    }

    private static Object array(Class<?> componentType, List<@Nullable Object> values) {
        Object array = Array.newInstance(componentType, values.size());
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null && componentType.isPrimitive()) {
                throw Misfit.ofValue("a null element does not fit " + componentType.getName() + "[]");
            }
            Array.set(array, i, values.get(i));
        }
        return array;
    }
}
