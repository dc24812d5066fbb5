package dev.cdcpipeline.change;

import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.SchemaDrift;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Makes records of one class from rows: the constructor as a method handle, column indexes once per layout. */
final class RecordMapping<T> {
    /** Far more than one table has between two restarts; a bound, so that endless DDL cannot fill the heap. */
    private static final int MAX_LAYOUTS = 64;

    private final Class<T> type;
    private final List<RecordColumn> columns;
    private final ComponentConversion[] conversions;
    private final MethodHandle constructor;
    private final Map<RowLayout, int[]> indexesByLayout = new ConcurrentHashMap<>();

    private RecordMapping(Class<T> type, List<RecordColumn> columns, MethodHandle constructor) {
        this.type = type;
        this.columns = columns;
        this.constructor = constructor;
        this.conversions = columns.stream()
                .map(column -> new ComponentConversion(column.type()))
                .toArray(ComponentConversion[]::new);
    }

    static <T> RecordMapping<T> of(Class<T> type) {
        RecordComponent[] components = type.getRecordComponents();
        if (components == null || components.length == 0) {
            throw new IllegalArgumentException(type.getName() + " must be a record with at least one component");
        }
        List<RecordColumn> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (RecordComponent component : components) {
            Column named = component.getAnnotation(Column.class);
            String column = named == null ? snakeCase(component.getName()) : named.value();
            if (!names.add(column)) {
                throw new IllegalArgumentException(type.getName() + " names column '" + column + "' twice");
            }
            columns.add(new RecordColumn(column, component.getName(), component.getGenericType()));
        }
        return new RecordMapping<>(type, List.copyOf(columns), constructor(type, components));
    }

    private static MethodHandle constructor(Class<?> type, RecordComponent[] components) {
        Class<?>[] parameters =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(parameters);
            canonical.setAccessible(true);
            return MethodHandles.lookup()
                    .unreflectConstructor(canonical)
                    .asType(MethodType.genericMethodType(parameters.length))
                    .asSpreader(Object[].class, parameters.length);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "the canonical constructor of " + type.getName()
                            + " cannot be called; in a named module, open its package to dev.cdcpipeline",
                    e);
        }
    }

    /** {@code updatedAt -> updated_at}, {@code line2 -> line2}, {@code userID -> user_id}. */
    static String snakeCase(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(java.util.Locale.ROOT);
    }

    List<RecordColumn> columns() {
        return columns;
    }

    T map(TableName table, Row row) {
        int[] indexes = indexes(table, row.layout());
        Object[] arguments = new Object[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            arguments[i] = argument(table, columns.get(i), conversions[i], row.value(indexes[i]));
        }
        try {
            return type.cast(constructor.invoke(arguments));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new ConversionException(table + ": the constructor of " + type.getName() + " failed", e);
        }
    }

    private @Nullable Object argument(
            TableName table, RecordColumn column, ComponentConversion conversion, @Nullable Object value) {
        if (value == null) {
            if (column.isPrimitive()) {
                throw new ConversionException(table + "." + column.column() + " is null, but component '"
                        + column.component() + "' of " + type.getName() + " is a primitive; use its wrapper class");
            }
            return null;
        }
        try {
            return conversion.convert(value);
        } catch (IllegalArgumentException e) {
            throw new ConversionException(
                    table + "." + column.column() + ": component '" + column.component() + "' of " + type.getName()
                            + " cannot take the value: " + e.getMessage(),
                    e);
        }
    }

    private int[] indexes(TableName table, RowLayout layout) {
        int[] known = indexesByLayout.get(layout);
        if (known != null) {
            return known;
        }
        int[] indexes = columns.stream()
                .mapToInt(column -> layout.indexOf(column.column()))
                .toArray();
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] < 0) {
                throw new SchemaDrift(table + " has no column '"
                        + columns.get(i).column() + "' for component '"
                        + columns.get(i).component() + "' of " + type.getName() + "; its columns are "
                        + layout.columns());
            }
        }
        if (indexesByLayout.size() >= MAX_LAYOUTS) {
            indexesByLayout.clear();
        }
        indexesByLayout.put(layout, indexes);
        return indexes;
    }
}
