package dev.cdcpipeline.change;

import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** What the components of one table's record are made with: converters, by the class they make, and the reader of JSON. */
final class Converters {
    private static final String OWN_READER = "dev.cdcpipeline.json.";

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

    /** The library's own is the last choice. Without Jackson it cannot be loaded. */
    private JsonReader findReader() {
        Throwable cause = null;
        JsonReader own = null;
        var found = ServiceLoader.load(JsonReader.class, services).iterator();
        while (true) {
            try {
                if (!found.hasNext()) {
                    break;
                }
                JsonReader reader = found.next();
                if (!reader.getClass().getName().startsWith(OWN_READER)) {
                    return reader;
                }
                own = reader;
            } catch (ServiceConfigurationError | LinkageError e) {
                cause = e;
            }
        }
        if (own == null) {
            throw Misfit.ofType(
                    "to read JSON, add com.fasterxml.jackson.core:jackson-databind to the class path, or a JsonReader of"
                            + " your own; or use String",
                    cause);
        }
        return own;
    }
}
