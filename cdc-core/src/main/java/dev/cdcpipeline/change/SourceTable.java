package dev.cdcpipeline.change;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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
    private final @Nullable RecordMapping<T> mapping;

    private SourceTable(TableName name, Class<T> type, @Nullable RecordMapping<T> mapping) {
        this.name = name;
        this.type = type;
        this.mapping = mapping;
    }

    /**
     * @param table {@code schema.table} as PostgreSQL stores it; without a schema, {@code public}
     * @param type a record class
     * @throws IllegalArgumentException if {@code type} is not a record, has no component, or names a column twice
     */
    public static <T> SourceTable<T> of(String table, Class<T> type) {
        Objects.requireNonNull(type, "type");
        return of(TableName.parse(table), type);
    }

    /** The same for a name that {@link TableName#parse} cannot tell, for example with a dot in it. */
    public static <T> SourceTable<T> of(TableName table, Class<T> type) {
        return new SourceTable<>(table, type, RecordMapping.of(type));
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
        return mapping == null ? List.of() : mapping.columns();
    }

    /**
     * A table whose rows are shown as they are, with every column that they have: for tables that no record describes, whatever
     * becomes of their columns.
     *
     * @param table {@code schema.table} as PostgreSQL stores it; without a schema, {@code public}
     */
    public static SourceTable<Row> rows(String table) {
        return rows(TableName.parse(table));
    }

    /** The same for a name that {@link TableName#parse} cannot tell, for example with a dot in it. */
    public static SourceTable<Row> rows(TableName table) {
        return new SourceTable<>(table, Row.class, null);
    }

    /** Whether rows are shown as they are, with every column; {@link #columns()} is empty then. */
    public boolean isWhole() {
        return mapping == null;
    }

    /**
     * A row as a record.
     *
     * @throws dev.cdcpipeline.failure.SchemaDrift if the row lacks a column of the record
     * @throws dev.cdcpipeline.failure.ConversionException if it has a value that its component cannot take
     */
    public T map(Row row) {
        return mapping == null ? type.cast(row) : mapping.map(name, row);
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
