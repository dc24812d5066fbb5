package dev.cdcpipeline.change;

import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** What the components of one table's record are made with: converters, by the class they make, and the reader of JSON. */
final class Converters {
    private static final String OWN_READER = "dev.cdcpipeline.json.JacksonReader";

    private final Map<Class<?>, ColumnConverter<?>> byClass;
    private final ClassLoader services;
    private volatile @Nullable JsonReader json;

    private Converters(Map<Class<?>, ColumnConverter<?>> byClass, ClassLoader services) {
        this.byClass = byClass;
        this.services = services;
    }

    /** Those that are services of the calling thread's class loader. */
    static Converters found() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        ClassLoader services = context == null ? Converters.class.getClassLoader() : context;
        Map<Class<?>, ColumnConverter<?>> byClass = new HashMap<>();
        for (ColumnConverter<?> converter : ServiceLoader.load(ColumnConverter.class, services)) {
            add(byClass, converter);
        }
        return new Converters(byClass, services);
    }

    /** With these, which win over those that make the same class. */
    Converters with(ColumnConverter<?>... converters) {
        Map<Class<?>, ColumnConverter<?>> given = new HashMap<>();
        for (ColumnConverter<?> converter : converters) {
            add(given, converter);
        }
        Map<Class<?>, ColumnConverter<?>> all = new HashMap<>(byClass);
        all.putAll(given);
        return new Converters(all, services);
    }

    private static void add(Map<Class<?>, ColumnConverter<?>> byClass, ColumnConverter<?> converter) {
        ColumnConverter<?> other = byClass.put(wrapped(Objects.requireNonNull(converter.type(), "type")), converter);
        if (other != null) {
            throw new IllegalArgumentException(
                    "two converters make " + converter.type().getName() + ": " + other + " and " + converter
                            + "; give SourceTable.with the one that is meant");
        }
    }

    @Nullable
    ColumnConverter<?> of(Type type) {
        Class<?> raw = byClass.isEmpty() ? null : ComponentTypes.raw(type);
        return raw == null ? null : byClass.get(wrapped(raw));
    }

    private static Class<?> wrapped(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }

    /** Whether it is made from PostgreSQL's text: a String, what a converter makes, and an Optional or a list of such. */
    boolean readsText(Type type) {
        if (ComponentTypes.raw(type) == String.class || of(type) != null) {
            return true;
        }
        Type held = ComponentTypes.optional(type);
        Type inner = held == null ? ComponentTypes.element(type) : held;
        return inner != null && readsText(inner);
    }

    /** @throws Misfit if there is none */
    JsonReader json() {
        JsonReader known = json;
        if (known == null) {
            known = findReader();
            json = known;
        }
        return known;
    }

    private JsonReader findReader() {
        List<JsonReader> readers = new ArrayList<>();
        List<Throwable> failures = new ArrayList<>();
        for (ClassLoader loader : List.of(services, Converters.class.getClassLoader())) {
            Iterator<JsonReader> found =
                    ServiceLoader.load(JsonReader.class, loader).iterator();
            while (readNext(found, readers, failures)) {}
        }
        return readers.stream()
                .filter(reader -> !reader.getClass().getName().equals(OWN_READER)) // which is the last choice
                .findFirst()
                .or(() -> readers.stream().findFirst())
                .orElseThrow(() -> Misfit.ofType(
                        "to read JSON, add com.fasterxml.jackson.core:jackson-databind to the class path, or a JsonReader"
                                + " of your own; or use String",
                        failures.isEmpty() ? null : failures.get(0)));
    }

    /** Without Jackson the library's own cannot be loaded. */
    private static boolean readNext(Iterator<JsonReader> found, List<JsonReader> readers, List<Throwable> failures) {
        try {
            if (!found.hasNext()) {
                return false;
            }
            readers.add(found.next());
        } catch (ServiceConfigurationError | LinkageError e) {
            failures.add(e);
        }
        return true;
    }
}
