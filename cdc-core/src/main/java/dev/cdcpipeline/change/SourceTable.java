package dev.cdcpipeline.change;

import java.util.List;
import java.util.Objects;

/**
 * A table of the source and the record that its rows are shown as. Each component of the record is a column: by its name in
 * snake case, or by {@link Column}. Columns without a component are ignored; a component without a column, or of a type that
 * does not fit, is an error when the pipeline starts.
 *
 * <p>Immutable and thread-safe; meant to be a constant that several projections share. How a record is made from a row is
 * worked out once per layout of the table, with method handles.
 *
 * @param <T> the record
 */
public final class SourceTable<T> {
    private final TableName name;
    private final Class<T> type;
    private final RecordMapping<T> mapping;

    private SourceTable(TableName name, Class<T> type) {
        this.name = name;
        this.type = type;
        this.mapping = RecordMapping.of(type);
    }

    /**
     * @param table {@code schema.table} as PostgreSQL stores it; without a schema, {@code public}
     * @param type a record class
     * @throws IllegalArgumentException if {@code type} is not a record, has no component, or names a column twice
     */
    public static <T> SourceTable<T> of(String table, Class<T> type) {
        Objects.requireNonNull(type, "type");
        return new SourceTable<>(TableName.parse(table), type);
    }

    public TableName name() {
        return name;
    }

    /** The record that rows are shown as. */
    public Class<T> type() {
        return type;
    }

    /** The columns that the record shows, in the order of its components. */
    public List<RecordColumn> columns() {
        return mapping.columns();
    }

    /**
     * A row as a record.
     *
     * @throws dev.cdcpipeline.failure.SchemaMismatchException if the row lacks a column of the record, or has a value that
     *     its component cannot take
     */
    public T map(Row row) {
        return mapping.map(name, row);
    }

    /** A change of this table, its rows shown as records. */
    public Change<T> typed(Change<Row> change) {
        return new TypedChange<>(this, change);
    }

    @Override
    public String toString() {
        return name + " as " + type.getSimpleName();
    }
}
