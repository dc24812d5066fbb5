package dev.cdcpipeline.change;

import dev.cdcpipeline.failure.ConversionException;
import dev.cdcpipeline.failure.SchemaDrift;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes objects of one class from rows of one table or composite type; column indexes are found once per layout. */
final class RecordMapping<T> {
    /** Far more than one table has between two restarts; a bound, so that endless DDL cannot fill the heap. */
    private static final int MAX_LAYOUTS = 64;

    private final String where;
    private final Class<T> type;
    private final List<RecordColumn> columns;
    private final ComponentConversion[] conversions;
    private final RecordConstructor constructor;
    private final Converters converters;
    private final Map<RowLayout, int[]> indexesByLayout = new ConcurrentHashMap<>();

    private RecordMapping(
            String where,
            Class<T> type,
            RecordConstructor constructor,
            List<RecordColumn> columns,
            Converters converters) {
        this.where = where;
        this.type = type;
        this.columns = columns;
        this.constructor = constructor;
        this.converters = converters;
        this.conversions = columns.stream()
                .map(column -> new ComponentConversion(where, type.getName(), column))
                .toArray(ComponentConversion[]::new);
    }

    /**
     * @param where for errors: the table, or the column of a composite type
     * @throws IllegalArgumentException if the class cannot be made from columns
     */
    static <T> RecordMapping<T> of(String where, Class<T> type, Converters converters) {
        RecordConstructor constructor = RecordConstructor.of(type);
        List<RecordColumn> columns = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (RecordConstructor.Component component : constructor.components()) {
            if (!names.add(component.column())) {
                throw new IllegalArgumentException(type.getName() + " names column '" + component.column() + "' twice");
            }
            columns.add(new RecordColumn(component.column(), component.name(), component.type(), converters));
        }
        return new RecordMapping<>(where, type, constructor, List.copyOf(columns), converters);
    }

    RecordMapping<T> with(ColumnConverter<?>... added) {
        return of(where, type, converters.with(added));
    }

    List<RecordColumn> columns() {
        return columns;
    }

    T map(Row row) {
        int[] indexes = indexes(row.layout());
        Object[] arguments = new Object[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            arguments[i] = conversions[i].convert(row, indexes[i]);
        }
        try {
            return type.cast(constructor.handle().invoke(arguments));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new ConversionException(where + ": the constructor of " + type.getName() + " failed", e);
        }
    }

    private int[] indexes(RowLayout layout) {
        int[] known = indexesByLayout.get(layout);
        if (known != null) {
            return known;
        }
        int[] indexes = columns.stream()
                .mapToInt(column -> layout.indexOf(column.column()))
                .toArray();
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i] < 0) {
                throw missing(columns.get(i), layout);
            }
        }
        if (indexesByLayout.size() >= MAX_LAYOUTS) {
            indexesByLayout.clear();
        }
        indexesByLayout.put(layout, indexes);
        return indexes;
    }

    private SchemaDrift missing(RecordColumn column, RowLayout layout) {
        return new SchemaDrift(where + " has no column '" + column.column() + "' for component '" + column.component()
                + "' (" + column.type().getTypeName() + ") of " + type.getName() + "; its columns are "
                + layout.columns());
    }
}
