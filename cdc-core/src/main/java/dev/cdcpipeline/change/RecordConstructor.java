package dev.cdcpipeline.change;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How objects of a class are made: a record's canonical constructor, or the only public constructor with parameters of another
 * class, as Kotlin's data classes have. (Kotlin adds a synthetic one for default arguments and, if all parameters have one, a
 * constructor without any.)
 */
record RecordConstructor(MethodHandle handle, List<Component> components) {

    /** A parameter of the constructor. */
    record Component(String name, Type type, String column) {}

    /** @throws IllegalArgumentException if there is no such constructor, or its parameters have no names */
    static RecordConstructor of(Class<?> type) {
        return type.isRecord() ? canonical(type) : onlyPublic(type);
    }

    private static RecordConstructor canonical(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        if (components.length == 0) {
            throw new IllegalArgumentException(type.getName() + " must have at least one component");
        }
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            List<Component> named = Arrays.stream(components)
                    .map(each -> component(each.getName(), each.getGenericType(), each))
                    .toList();
            return new RecordConstructor(handle(type.getDeclaredConstructor(parameters)), named);
        } catch (NoSuchMethodException e) {
            throw new IllegalArgumentException("no canonical constructor in " + type.getName(), e);
        }
    }

    private static RecordConstructor onlyPublic(Class<?> type) {
        boolean inner = type.isMemberClass() && !Modifier.isStatic(type.getModifiers());
        if (type.isInterface() || type.isEnum() || inner || Modifier.isAbstract(type.getModifiers())) {
            throw new IllegalArgumentException(type.getName()
                    + " cannot be made from columns; use a record, a Kotlin data class or another class with one public"
                    + " constructor, or give a ColumnConverter");
        }
        List<Constructor<?>> candidates = Stream.<Constructor<?>>of(type.getConstructors())
                .filter(each -> !each.isSynthetic() && each.getParameterCount() > 0)
                .toList();
        if (candidates.size() != 1) {
            throw new IllegalArgumentException(
                    type.getName() + " is no record and has " + candidates.size()
                            + " public constructors with parameters; it must have exactly one, whose parameters are its columns");
        }
        Constructor<?> constructor = candidates.get(0);
        List<String> names = ParameterNames.of(constructor);
        Type[] types = constructor.getGenericParameterTypes();
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            components.add(component(names.get(i), types[i], constructor.getParameters()[i]));
        }
        return new RecordConstructor(handle(constructor), List.copyOf(components));
    }

    private static Component component(String name, Type type, AnnotatedElement annotated) {
        Column named = annotated.getAnnotation(Column.class);
        return new Component(name, type, named == null ? snakeCase(name) : named.value());
    }

    /** {@code updatedAt -> updated_at}, {@code line2 -> line2}, {@code userID -> user_id}. */
    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    private static MethodHandle handle(Constructor<?> constructor) {
        int parameters = constructor.getParameterCount();
        try {
            constructor.setAccessible(true);
            return MethodHandles.lookup()
                    .unreflectConstructor(constructor)
                    .asType(MethodType.genericMethodType(parameters))
                    .asSpreader(Object[].class, parameters);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "the constructor of " + constructor.getDeclaringClass().getName()
                            + " cannot be called; in a named module, open its package to dev.cdcpipeline",
                    e);
        }
    }
}
