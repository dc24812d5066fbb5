package dev.cdcpipeline.change;

import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;

/** The names of a constructor's parameters. */
final class ParameterNames {
    /** Of module java.desktop, which a small runtime leaves out. */
    private static final String ANNOTATION = "java.beans.ConstructorProperties";

    private ParameterNames() {}

    /** @throws IllegalArgumentException if the class file does not have them */
    static List<String> of(Constructor<?> constructor) {
        Parameter[] parameters = constructor.getParameters();
        for (Annotation annotation : constructor.getAnnotations()) {
            if (annotation.annotationType().getName().equals(ANNOTATION)) {
                List<String> names = annotated(annotation);
                if (names.size() == parameters.length) {
                    return names;
                }
            }
        }
        if (!Arrays.stream(parameters).allMatch(Parameter::isNamePresent)) {
            throw new IllegalArgumentException("the names of the constructor's parameters of "
                    + constructor.getDeclaringClass().getName()
                    + " are unknown; compile it with -parameters (Kotlin: -java-parameters) or annotate the constructor"
                    + " with @ConstructorProperties");
        }
        return Arrays.stream(parameters).map(Parameter::getName).toList();
    }

    private static List<String> annotated(Annotation annotation) {
        try {
            return List.of(
                    (String[]) annotation.annotationType().getMethod("value").invoke(annotation));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("cannot read " + annotation, e);
        }
    }
}
